"""The one settings file. Every value that differs between installations comes from the environment (README.md)."""

import os
import zoneinfo
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from csp.constants import NONE, SELF

from peersupport.lib import environment
from peersupport.lib.environment import env

# Every process reads the rules of time zones from the pinned `tzdata` package, never from what the machine has.
zoneinfo.reset_tzpath(to=())

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))

# --- how this installation runs ---------------------------------------------------------------------------------------
HOST = environment.text("HOST", "127.0.0.1")
PORT = environment.whole_number("PORT", 8000, lowest=1)
DEMO = environment.flag("DEMO")
if DEMO and not environment.loopback(HOST):
    environment.refuse("DEMO shows made-up people with a known password, so HOST must be 127.0.0.1 while DEMO is on.")

DEBUG = False
SECRET_KEY = environment.text("SECRET_KEY")
if len(SECRET_KEY) < 40:
    environment.refuse("SECRET_KEY must be at least 40 characters long.")
FIELD_ENCRYPTION_KEYS = environment.encryption_keys("FIELD_ENCRYPTION_KEYS")
ORGANIZATION_NAME = environment.text("ORGANIZATION_NAME", "Riverside")
_bound = f"[{HOST}]" if ":" in HOST else HOST
ALLOWED_HOSTS = [
    name.strip() for name in environment.text("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEMO else None).split(",")
]
TRUSTED_PROXY_COUNT = environment.whole_number("TRUSTED_PROXY_COUNT", 0, highest=9)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
CLOCK_FILE: Path | None = VAR_DIR / "clock" if DEMO else None  # lib/clock.py: moves "now" in demo and tests only
DEMO_CAST_ONLY = environment.flag("DEMO_CAST_ONLY")  # the demo without its year: a quicker start

# --- the parts --------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "home",
    "reports",
    "checkins",
    "conversations",
    "sessions",
    "goals",
    "clients",
    "accounts",
    "notifications",
    "audit",
    "peersupport.lib",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.PersonMiddleware",  # language, time zone, worn hat
    "accounts.middleware.SignedInMiddleware",  # before CSRF: a signed-out form must keep what was typed
    "accounts.middleware.InHandsMiddleware",  # a screen that was handed over shows one page
    "accounts.middleware.SecondFactorMiddleware",  # staff set one up before anything else
    "django.middleware.csrf.CsrfViewMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "peersupport.urls"
WSGI_APPLICATION = "peersupport.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.person",
                "home.context.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "accounts.templatetags.people",
                "peersupport.lib.templatetags.when",
                "peersupport.lib.templatetags.words",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- database, cache, queue -------------------------------------------------------------------------------------------
DATABASES = {
    "default": environment.url(
        "DATABASE_URL",
        env.db_url_config,
        f"sqlite:///{VAR_DIR / 'peersupport.sqlite3'}",
        "postgres://user:password@host:5432/name or sqlite:////path/to/file",
    )
}
_engine = DATABASES["default"].get("ENGINE", "")
if _engine == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
elif _engine == "django.db.backends.postgresql":
    DATABASES["default"].update(CONN_MAX_AGE=600, CONN_HEALTH_CHECKS=True)
else:
    environment.refuse("DATABASE_URL must name a PostgreSQL or an SQLite database.")
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"  # contrib tables only; ours use UUIDv7

REDIS_URL = environment.text("REDIS_URL", "")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://", "redis+socket://")):
    environment.refuse("REDIS_URL cannot be read. It should look like redis://host:6379/0 or redis+socket:///path.")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    if not REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
    }
}
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if REDIS_URL else 'db'}"

_queue = VAR_DIR / "queue"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 60, "unacked_restore_throttle": 1}
    if REDIS_URL
    else {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
    }
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    # A tick that waited longer than its interval is worthless: the next one does the same work.
    "tick": {"task": "home.tasks.tick", "schedule": 10.0, "options": {"expires": 10}},
}

# --- deliveries -------------------------------------------------------------------------------------------------------
PUBLIC_URL: str = environment.public_url("PUBLIC_URL", f"http://{_bound}:{PORT}" if DEMO else None, demo=DEMO)
_email = environment.email("EMAIL_URL", f"filemail:///{quote(str(VAR_DIR / 'mail'))}" if DEMO else None)
EMAIL_FILE_PATH: str = _email.pop("EMAIL_FILE_PATH", "")
vars().update(_email)  # EMAIL_BACKEND, EMAIL_HOST …
EMAIL_FROM = environment.text("EMAIL_FROM", f"no-reply@{urlsplit(PUBLIC_URL).hostname}")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = EMAIL_FROM
DELIVERY_LEASE_SECONDS = environment.whole_number("DELIVERY_LEASE_SECONDS", 60, lowest=1, highest=3600)
# For each of the at most five answers a mail server owes for one letter: together less than a lease.
EMAIL_TIMEOUT = DELIVERY_LEASE_SECONDS / 6

# --- people -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PersonBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # nobody signs up by themselves; invitations verify the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {  # accounts/throttles.py says what a key is
    "login": "",
    "login_failed": "10/15m/key,10/m/ip",
    "login_failed_anywhere": "60/h/key",
    "code_asked": "5/h/key,20/h/ip",
    "code_asked_anywhere": "15/h/key",
    "factor_failed": "10/15m/key",
    "factor_failed_anywhere": "60/h/key",
}
SECOND_FACTOR = not DEMO  # staff need one
MFA_ADAPTER = "accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "accounts.views.kept.kept_form"

# --- what leaves the server -------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = not DEMO
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- words, time ------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]  # each by its own name
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = None

# --- log lines: what happened, never who or what words ----------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "peersupport.lib.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"celery": {"level": "WARNING"}, "kombu": {"level": "WARNING"}},
}
