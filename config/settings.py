"""Every setting, read from the environment once. Defaults are safe; `EVENHAND_URL` decides how strict the web is."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.logs import logging_config
from config.supervisor import environment

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(env.str("EVENHAND_HOME", str(BASE_DIR / "var"))).resolve()

# Where nothing is said, the embedded servers of this installation are meant (docs/operations.md).
if "DATABASE_URL" not in os.environ or "BROKER_URL" not in os.environ:
    for name, value in environment(HOME).items():
        os.environ.setdefault(name, value)


def secret_key(path: Path) -> str:
    """The key kept in the data folder; made at first use, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()


DEBUG = env.bool("EVENHAND_DEBUG", False)
EVENHAND_URL = env.str("EVENHAND_URL", f"http://127.0.0.1:{env.str('PORT', '8000')}").rstrip("/")
SECRET_KEY = env.str("SECRET_KEY", "") or secret_key(Path(env.str("SECRET_KEY_FILE", str(HOME / "secret-key"))))

_url = urlsplit(EVENHAND_URL)
LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]", "::1"]
IS_LOOPBACK = _url.scheme == "http" and (_url.hostname or "") in LOOPBACK_HOSTS
if _url.scheme != "https" and not IS_LOOPBACK:
    raise ImproperlyConfigured(
        f"EVENHAND_URL is {EVENHAND_URL}: anything but a loopback address must be https. "
        "Put a TLS proxy in front and set EVENHAND_URL to its https address."
    )
ALLOWED_HOSTS = LOOPBACK_HOSTS if IS_LOOPBACK else [_url.hostname or ""]
CSRF_TRUSTED_ORIGINS = [EVENHAND_URL]

INSTALLED_APPS = [
    "config",  # first: its templates and static files win over everybody's
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_htmx",
    "csp",
    "governance",
    "assessments",
    "audits",
]

MIDDLEWARE = [
    "config.middleware.RequestContextMiddleware",
    "config.middleware.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["config.ui", "django.templatetags.static"],
        },
    }
]

# --- database: the app role by default; migrations run as the owner of the tables
DATABASES = {
    "default": env.db("DATABASE_URL"),
    "owner": env.db("MIGRATION_DATABASE_URL", env.str("DATABASE_URL")),
}
for _database in DATABASES.values():
    if "postgres" not in _database["ENGINE"]:
        raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL database; no other database is supported.")
    _database["CONN_HEALTH_CHECKS"] = True
    _database["CONN_MAX_AGE"] = 300
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- sign-in
AUTH_USER_MODEL = "governance.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "governance.web.sign_in.ClosedSignUpAdapter"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _url.scheme
# How many proxies of ours add to X-Forwarded-For; with 0 all people behind one proxy share its limits of attempts.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("EVENHAND_PROXIES", 0)
SOCIALACCOUNT_ADAPTER = "governance.web.sign_in.KnownPeopleAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {}
if OIDC_SERVER := env.str("OIDC_SERVER_URL", ""):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.str("OIDC_NAME", "Single sign-on"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER},
            }
        ]
    }
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# --- safety of the web
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_SSL_REDIRECT = not IS_LOOPBACK
SECURE_HSTS_SECONDS = 0 if IS_LOOPBACK else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not IS_LOOPBACK
SECURE_HSTS_PRELOAD = not IS_LOOPBACK
SECURE_PROXY_SSL_HEADER = None if IS_LOOPBACK else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_LOOPBACK
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 12
X_FRAME_OPTIONS = "DENY"

# --- files: private, handed out by views that ask for permission
STATIC_URL = "/static/"
STATIC_ROOT = None  # served from where the files are; nothing is collected
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = HOME / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
MAX_UPLOAD_BYTES = env.int("EVENHAND_MAX_UPLOAD_BYTES", 1024**3)
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- queue: a Celery message only says "look at row N" (docs/decisions/0004)
CELERY_BROKER_URL = env.str("BROKER_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = env.int("EVENHAND_TASK_TIME_LIMIT", 3600)
CELERY_TASK_SOFT_TIME_LIMIT = CELERY_TASK_TIME_LIMIT - 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": CELERY_TASK_TIME_LIMIT + 300}
CELERY_BEAT_SCHEDULE_FILENAME = str(HOME / "celerybeat-schedule")

# --- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "governance.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["governance.api.authentication.SignedInWithScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_PAGINATION_CLASS": "governance.api.pagination.UidCursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "governance.api.problems.problem_handler",
    "DEFAULT_THROTTLE_CLASSES": ["governance.api.authentication.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {"token": env.str("EVENHAND_API_RATE", "1200/min")},
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Evenhand",
    "DESCRIPTION": "Registry, assessments, fairness evaluations and signed reports for AI systems.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "SystemStatusEnum": "governance.models.SystemStatus",
        "VersionStatusEnum": "governance.models.VersionStatus",
        "AssessmentStatusEnum": "assessments.models.AssessmentStatus",
        "GoalStatusEnum": "audits.models.GoalStatus",
        "EvaluationStatusEnum": "audits.models.EvaluationStatus",
        "ReportStatusEnum": "audits.models.ReportStatus",
        "ReportKindEnum": "audits.models.audits.ReportKind",
        "RiskStatusEnum": "assessments.models.risks.RiskStatus",
        "ModelOriginEnum": "governance.models.Model.Origin",
    },
}

# --- mail goes to a folder until a server is set
EMAIL_CONFIG = env.email_url("EMAIL_URL", default=f"filemail:///{HOME}/outbox")
vars().update(EMAIL_CONFIG)
EMAIL_FILE_PATH = str(HOME / "outbox")
DEFAULT_FROM_EMAIL = env.str("EVENHAND_MAIL_FROM", "evenhand@localhost")

# --- Evenhand's own
KEYS_DIR = HOME / "keys"
LOAD_DEMO = env.bool("EVENHAND_DEMO", "EMBEDDED_HOME" in os.environ)
# Printed on reports and written into the signing certificate, so set it before the first report is made.
UNNAMED = "Evenhand demo organisation" if LOAD_DEMO else "Unnamed organisation (set EVENHAND_ORGANISATION)"
ORGANISATION = env.str("EVENHAND_ORGANISATION", "") or UNNAMED

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False
LOGGING = logging_config(debug=DEBUG)
SILENCED_SYSTEM_CHECKS: list[str] = []
# Counts of failed sign-ins are shared by all web processes and cannot be pushed out by filling a small cache.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "governance_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}},
}

# Tables of the record: the app's role may read and add, never change (audits/migrations, governance migrate command).
RECORD_TABLES = [
    "audits_entry", "audits_leaf", "audits_subtree", "audits_checkpoint",
    "assessments_answerauthor", "assessments_signoff", "assessments_frameworkedition",
]  # fmt: skip
# Rows the app changes (a head moves, content is erased) but never removes, as those of every recorded model.
KEPT_TABLES = ["audits_revision", "audits_subjecthead", "audits_sealedhead"]
