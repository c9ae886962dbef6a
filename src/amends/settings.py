"""Django's settings, made from the operator's configuration. Policy lives in `configuration.py`, plumbing here."""

from csp.constants import NONE, SELF

from amends.configuration import database_settings, read_configuration

CONFIGURATION = read_configuration()

SECRET_KEY = CONFIGURATION.secret_key
SEALING_KEYS = CONFIGURATION.sealing_keys
DEBUG = CONFIGURATION.debug
BASE_URL = CONFIGURATION.base_url.rstrip("/")
ALLOWED_HOSTS = list(CONFIGURATION.allowed_hosts) or ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL.startswith("https://") else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "amends.practice",
    "amends.cases",
    "amends.deliveries",
    "amends.audit",
    "amends.reviews",
    "amends.reviews.bringing",
    "amends.integrations.open_dental",
    "amends.integrations.slack",
    "amends.integrations.google_business",
    "amends.connections",
    "amends.handbook",
    "amends.learning",
    "amends.learning.lessons",
    "amends.setup",
    "amends.web",
]

MIDDLEWARE = [
    "amends.web.middleware.WatchersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "amends.web.middleware.SignedInMiddleware",
]

ROOT_URLCONF = "amends.urls"
WSGI_APPLICATION = "amends.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "amends.web.context.page",
            ],
            "builtins": ["amends.web.templatetags.amends"],
        },
    }
]

DATABASES = {"default": database_settings(CONFIGURATION)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # With either engine, so that AMENDS_ENGINE alone chooses and no table is missing.
    INSTALLED_APPS.insert(0, "procrastinate.contrib.django")
ENGINE = CONFIGURATION.engine
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-us"

# --- sign-in ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "practice.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "amends.practice.sign_in.NoSignUp"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key"}
MFA_ADAPTER = "amends.practice.sign_in.SealedSecondStep"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Amends"

SESSION_ENGINE = "amends.web.sessions"
SESSION_COOKIE_NAME = "amends_session"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "amends_csrf"
IDLE_SECONDS = CONFIGURATION.idle_minutes * 60

# --- safety of every page ------------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if CONFIGURATION.behind_tls:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- static files --------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# --- deliveries: see deliveries/runner.py for what each one decides -------------------------------------------------
SETTLE_SECONDS = CONFIGURATION.settle_seconds
LEASE_SECONDS = CONFIGURATION.lease_seconds
GIVE_UP_SECONDS = CONFIGURATION.give_up_hours * 3600
RETRY_SECONDS = CONFIGURATION.retry_seconds

# --- e-mail --------------------------------------------------------------------------------------------------------
EMAIL_HOST = CONFIGURATION.smtp_host
EMAIL_PORT = CONFIGURATION.smtp_port
EMAIL_HOST_USER = CONFIGURATION.smtp_user
EMAIL_HOST_PASSWORD = CONFIGURATION.smtp_password
EMAIL_USE_TLS = CONFIGURATION.smtp_tls
EMAIL_TIMEOUT = CONFIGURATION.smtp_timeout_seconds
DEFAULT_FROM_EMAIL = CONFIGURATION.mail_from

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 5000}}}
ALLOW_PRIVATE_ADDRESSES = CONFIGURATION.allow_private_addresses
LOGGING_CONFIG = None
