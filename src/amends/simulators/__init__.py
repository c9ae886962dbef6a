"""Stand-ins for the systems outside: programs of their own that speak the outside protocols over real HTTP.

They import nothing from the rest of the package and only the standard library (and `cryptography`, where an outside
system signs with a key pair); the rest imports nothing from them.
"""
