"""The fictional people and places of the seeded group. Numbers are fixed, so that a test can name them."""

CLINICS = (
    *("Maple Street", "Harbor View", "Old Mill", "Cedar Grove", "Lakeside", "Station Road"),
    *("Orchard Park", "Kingfisher", "Bellwether", "Quarry Lane", "Juniper Square", "Foxglove"),
)
CITIES = (
    *("Ashford Falls", "Port Sorrel", "Millbrook", "Cedarholm", "Lake Tamsin", "Norwick"),
    *("Orchard Bay", "Fisherton", "Bellmere", "Quarryville", "Juniper Hill", "Foxden"),
)
OFFICE_MANAGERS = (  # UserNum 101…, inbox 501…
    *("Omar Haddad", "Grace Okoro", "Henrik Dahl", "Priya Raman", "Walter Bloom", "Marisol Vega"),
    *("Tomas Novak", "Delia Marsh", "Kofi Mensah", "Ingrid Solberg", "Ben Castellan", "Yuki Amano"),
)
FRONT_DESK = (  # UserNum 201…
    *("Ana Ruiz", "Nick Tanaka", "Zoe Pritchard", "Luis Ferrer", "Hannah Boyle", "Amir Khoury"),
    *("Clara Wynn", "Devon Price", "Freya Lund", "Marco Bianchi", "Tessa Quill", "Ola Adeyemi"),
)
REGIONAL_MANAGERS = ("Rita Lindqvist", "Carl Jansen", "Nadia Farouk")  # UserNum 301…, inbox 601…
LEADERS = ("Lee Hartwell", "Sam Okafor")  # UserNum 401…, inbox 701…
SECOND_MANAGER = (121, "Ruth Bellamy", 521)  # of the first clinic
PROVIDERS = (  # (dentist, hygienist) of each clinic; ProvNum k*10+1 and k*10+2, UserNum 1000 + ProvNum
    (("Iris", "Hale"), ("Joan", "Pike")),
    (("Victor", "Stane"), ("Mina", "Roth")),
    (("Edith", "Calder"), ("Paul", "Winn")),
    (("Rashid", "Noor"), ("Bella", "Crane")),
    (("Signe", "Holm"), ("Tara", "Voss")),
    (("Miles", "Abbot"), ("Lena", "Frost")),
    (("Dora", "Keane"), ("Eli", "Munro")),
    (("Anton", "Weiss"), ("Cleo", "Banner")),
    (("Farah", "Aziz"), ("Greta", "Lowe")),
    (("Hugo", "Pell"), ("Nora", "Vance")),
    (("Opal", "Dreyer"), ("Simon", "Rusk")),
    (("Jonas", "Thorne"), ("Wanda", "Ives")),
)
USER_GROUPS = ("Leaders", "Managers", "Clinicians", "Front desk")  # UserGroupNum 1…
CLINICIANS = 3
SURNAMES = (
    *("Abelard", "Birch", "Castor", "Dunmore", "Eastlake", "Fenwick", "Garrow", "Hollis", "Ivers", "Jessop"),
    *("Kestrel", "Larkin", "Morales", "Norling", "Osgood", "Pemberly", "Quarles", "Redfern", "Saldana", "Thackery"),
    *("Umber", "Varga", "Whitlow", "Yarrow", "Zeller", "Aldous", "Brannock", "Corliss", "Delacroix", "Ellery"),
)
FIRST_NAMES = (
    *("Jennifer", "Carlos", "Dana", "Peter", "Amelia", "Noah", "Sofia", "Martin", "Leila", "George", "Ruby", "Isaac"),
    *("Camille", "Oscar", "Bianca", "Felix", "Hazel", "Jamal", "Kara", "Liam", "Maya", "Nolan", "Olive", "Quentin"),
    *("Rosa", "Stefan", "Thea", "Ursula", "Vince", "Willa", "Xavier", "Yara", "Zachary", "April", "Bruno", "Celia"),
)
PREFERRED = {"Jennifer": "Jen", "Martin": "Marty", "Zachary": "Zach", "Quentin": "Quin", "Amelia": "Amy"}
STREETS = ("Alder Way", "Bridge Street", "Copper Lane", "Dove Court", "Elm Row", "Ferry Road", "Garden Walk")
PROCEDURES = (  # CodeNum 1…: code, description, fee, usual provider (0 dentist, 1 hygienist)
    ("D0120", "Regular check-up", "58.00", 0),
    ("D1110", "Cleaning, adult", "112.00", 1),
    ("D0274", "Bitewing pictures, four", "74.00", 1),
    ("D2392", "White filling, two surfaces", "236.00", 0),
    ("D2740", "Crown, ceramic", "1340.00", 0),
    ("D7140", "Tooth taken out, simple", "198.00", 0),
    ("~GRP~", "Group note", "0.00", 0),
)
GROUP_NOTE_CODE = 7
