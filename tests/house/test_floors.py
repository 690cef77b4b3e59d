"""Who may import whom: one table, read from above; the first row that fits counts."""

from tests.house.judge import Row, circles, known_modules, offences, row_of
from tests.house.source import ROOMS, code, nothing

KERNEL = "app.kernel app.kernel.* "
SERVICE = "{room}.service {room}.service_* "
GROUND = (
    KERNEL + "app.runtime app.settings app.keyring app.passwords app.post "
    "notifier.ledger notifier.outbox "
)
WEB = KERNEL + "app.runtime app.web.* "
VIEWS = WEB + SERVICE + "{room} {room}.rules {room}.texts notifier "
PORTS = (
    "identity notifier notifier.letters notifier.outbox signing storage "
    "storage.scanner "
)


FLOORS = (
    # doors: they know nobody of ours
    Row("storage/__init__.py"),
    Row("storage/disk.py", "storage"),
    Row("storage/local.py", "storage storage.disk"),
    Row("storage/crypto.py", "storage", "cryptography"),
    Row("storage/exposure.py", "storage"),
    Row("storage/keys.py", "storage storage.disk storage.exposure", "cryptography"),
    Row("storage/mortal.py", "storage"),
    Row("storage/meter.py"),
    Row("storage/key_wire.py", "storage"),
    Row(
        "storage/key_service.py",
        "storage storage.key_wire storage.keys storage.meter",
    ),
    Row("storage/service_keys.py", "storage storage.key_wire"),
    Row("storage/bucket.py", "storage", "boto3 botocore urllib3"),
    Row("storage/s3.py", "storage storage.bucket"),
    Row("storage/s3_keys.py", "storage storage.bucket storage.keys"),
    Row("storage/scanner.py"),
    Row("storage/clamd.py", "storage.scanner"),
    Row("identity/__init__.py"),
    Row("identity/wire.py", "identity", "requests"),
    Row("identity/claims.py", "identity"),
    Row("identity/ours.py", "", "joserfc"),
    Row("identity/tokens.py", "identity identity.ours identity.wire", "joserfc"),
    Row(
        "identity/oidc.py",
        "identity identity.claims identity.ours identity.tokens identity.wire",
        "authlib joserfc requests",
    ),
    Row("notifier/__init__.py"),
    Row("notifier/folder.py", "notifier"),
    Row("notifier/letters.py", "notifier", "jinja2"),
    Row("notifier/mail.py", "notifier notifier.folder", "boto3 botocore mypy_boto3_*"),
    Row("notifier/table.py", "", "sqlalchemy"),
    Row("notifier/outbox.py", "notifier notifier.table", "sqlalchemy"),
    Row("notifier/ledger.py", "notifier.outbox", "sqlalchemy"),
    Row("notifier/sms.py", "notifier notifier.folder", "twilio requests urllib3"),
    Row("signing/__init__.py"),
    Row("signing/apart.py"),
    Row("signing/unrooted.py", "signing signing.look"),
    Row("signing/look.py", "signing", "pyhanko"),
    Row(
        "signing/pades.py",
        "signing signing.apart signing.look",
        "asn1crypto pyhanko pyhanko_certvalidator",
    ),
    # ground: words, settings, tables, the web's own behaviour
    Row("app/kernel/*.py", KERNEL),
    Row("app/settings_identity.py", "app.settings_values"),
    Row(
        "app/settings.py",
        "app app.settings_contracts app.settings_identity app.settings_values storage "
        "storage.exposure",
    ),
    Row("app/settings_contracts.py", "app app.settings_values"),
    Row("app/settings_values.py"),
    Row("app/settings_keys.py", "app app.settings app.settings_values"),
    Row("app/keyring.py", "", "cryptography"),
    Row("app/passwords.py", KERNEL + "app.keyring", "argon2"),
    Row(
        "app/db/migrations/env.py",
        "app.db.* app.modules notifier.outbox",
        "alembic",
    ),
    Row("app/db/migrations/versions/*.py", "app.db.base", "alembic sqlalchemy"),
    Row("app/db/*.py", KERNEL + "app.db.*", "sqlalchemy"),
    Row(
        "app/runtime.py",
        KERNEL + PORTS + "app.db.session app.settings app.keyring app.passwords",
        "sqlalchemy",
    ),
    Row(
        "app/post.py",
        "app.runtime notifier notifier.letters notifier.outbox",
        "sqlalchemy",
    ),
    Row(
        "app/papers.py",
        KERNEL + "app.db.* app.runtime storage storage.meter",
        "cryptography sqlalchemy",
    ),
    Row("app/press.py", "app.kernel.errors"),
    Row("app/press_child.py", "", "typst"),
    Row("app/module.py", "app.runtime", "click flask sqlalchemy"),
    Row("app/usage.py", "", "click"),
    Row(
        "app/command.py", KERNEL + "app.usage app.web.context", "click flask sqlalchemy"
    ),
    Row("app/web/asked.py"),
    Row("app/web/body.py", KERNEL, "gunicorn"),  # which served it, and how it counts
    Row("app/web/line.py", "", "gunicorn"),
    Row("app/web/posted.py", "app.web.*", "flask werkzeug"),
    Row("app/web/texts.py", "", "flask_babel"),
    Row("app/web/*.py", WEB, "flask flask_babel flask_login flask_wtf jinja2 werkzeug"),
    # rooms, each from the bottom to the top
    Row("app/accounts/contact.py", KERNEL, "phonenumbers"),
    Row("app/accounts/texts.py", WEB + "{room}.rules"),
    Row(
        "app/desk/texts.py",
        "app.db.audit app.runtime app.web.texts {room}.service_audit "
        "app.communities.service",
    ),
    Row("app/accounts/passwords.py", VIEWS, "wtforms zxcvbn"),
    Row(
        "app/accounts/proof.py",
        VIEWS + "{room}.views",
        "flask flask_login flask_wtf werkzeug",
    ),
    Row(
        "app/accounts/register_views.py",
        VIEWS + "{room}.forms {room}.passwords {room}.proof {room}.views",
        "flask flask_login",
    ),
    # a password and a number are changed in the same steps
    Row(
        "app/accounts/profile_*_views.py",
        VIEWS + "app.passwords {room}.forms {room}.passwords {room}.proof "
        "{room}.profile_password_views {room}.sessions {room}.views",
        "flask flask_login flask_wtf werkzeug wtforms",
    ),
    Row(
        "app/accounts/sessions.py",
        "app.runtime app.web.context {room}.rules " + SERVICE,
        "flask flask_login werkzeug",
    ),
    Row(
        "app/accounts/service_codes.py",
        GROUND + SERVICE + "app.db.* {room}.models {room}.rules",
        "pyotp sqlalchemy",
    ),
    Row("app/communities/reading.py", KERNEL + "{room}.rules app.accounts.contact"),
    Row(
        "app/communities/service_outlook.py",
        SERVICE + "{room}.models {room}.reading {room}.rules {lower}.service",
        "sqlalchemy",
    ),
    # an arrival is of both rooms: who it is, and for whom they act
    Row(
        "app/organisations/return_views.py",
        VIEWS + "{room}.views identity app.accounts.issuers app.accounts.rules "
        "app.accounts.service_external app.accounts.service_sessions "
        "app.accounts.sessions",
        "flask flask_login werkzeug",
    ),
    Row(
        "app/organisations/service_arrival.py",
        GROUND + SERVICE + "{room}.rules identity",
        "sqlalchemy",
    ),
    Row("app/organisations/texts.py", "{room}.rules app.web.texts"),
    Row(
        "app/organisations/forms.py",
        KERNEL + "app.accounts.contact app.web.texts {room}.rules",
        "flask_wtf wtforms",
    ),
    Row("app/connections/texts.py", KERNEL + "app.web.texts {room}.rules"),
    Row(
        "app/connections/forms.py",
        KERNEL + "app.web.texts {room}.texts",
        "flask_wtf wtforms",
    ),
    # whose list it is: who is in, or for whom they act
    Row(
        "app/connections/views.py",
        VIEWS + "{room}.forms {lower}.service",
        "flask flask_login werkzeug",
    ),
    Row("app/accounts/issuers.py", WEB + "identity", "flask werkzeug"),
    Row(
        "app/accounts/my_views.py",
        VIEWS + "{room}.forms {room}.issuers {room}.views identity",
        "flask flask_login",
    ),
    Row(
        "app/accounts/service_external.py",
        GROUND + SERVICE + "app.db.* {room}.contact {room}.models {room}.rules "
        "identity",
        "sqlalchemy",
    ),
    Row(
        "app/desk/service_register.py",
        GROUND + SERVICE + "{lower}.service",
        "cryptography sqlalchemy",
    ),
    Row(
        "app/contracts/service*.py",
        GROUND + SERVICE + "app.db.* {room} {room}.keys {room}.models {room}.reading "
        "{room}.rules {room}.wishes {lower}.service app app.papers signing "
        "storage.scanner",
        "sqlalchemy",
    ),
    Row("app/contracts/ticks.py", "app app.papers app.module app.runtime " + SERVICE),
    Row("app/contracts/texts.py", "app.web.texts {room}.rules signing"),
    Row(
        "app/contracts/forms.py",
        "app.web.asked app.web.texts {room} {room}.rules {room}.wishes",
        "flask_wtf wtforms",
    ),
    Row("app/contracts/wishes.py"),
    Row(
        "app/contracts/staff_forms.py",
        SERVICE + "app.web.asked app.web.texts {room}.rules {room}.texts",
        "werkzeug",
    ),
    Row(
        "app/contracts/document.py",
        KERNEL + SERVICE + "app.press {room}.rules {room}.texts",
    ),
    Row("app/contracts/keys.py", "", "cryptography joserfc"),
    Row("app/contracts/reading.py", KERNEL + "{room}.rules"),
    Row("app/contracts/plan.py", SERVICE, "segno"),
    Row("app/contracts/addressed.py", WEB + SERVICE, "flask werkzeug"),
    Row(
        "app/contracts/acting.py",
        WEB + SERVICE + "{lower}.service",
        "flask flask_login werkzeug",
    ),
    Row(
        "app/contracts/*views.py",
        VIEWS + "{room}.acting {room}.addressed {room}.document {room}.forms "
        "{room}.keys {room}.plan {room}.views {room}.sign_views {room}.staff_forms "
        "{room}.wishes signing",
        "flask flask_login werkzeug",
    ),
    # one form for an address, wherever staff change it
    Row(
        "app/desk/manager_views.py",
        WEB + SERVICE + "{lower}.service {room}.community_views app.filedrop.forms",
        "flask flask_login werkzeug",
    ),
    Row(
        "app/desk/*_views.py",
        VIEWS + "{lower}.service {room}.views {room}.community_views",
        "flask flask_login werkzeug",
    ),
    Row("app/filedrop/zip.py", "storage"),
    Row("app/filedrop/hours.py", KERNEL),
    Row("app/filedrop/intake.py", KERNEL + "{room}.rules storage"),
    Row(
        "app/filedrop/service*.py",
        GROUND + SERVICE + "app.db.* {room}.models {room}.rules {room}.hours "
        "{room}.intake {lower}.service notifier storage storage.scanner",
        "sqlalchemy",
    ),
    Row(
        "app/filedrop/content.py",
        GROUND + SERVICE + "{room}.rules {room}.zip storage",
    ),
    Row("app/filedrop/conditions.py", "{room}.rules", "flask"),
    Row("app/filedrop/noting.py", GROUND + SERVICE + "{room}.content {room}.streams"),
    Row(
        "app/filedrop/streams.py",
        KERNEL + "app.web.line {room}.conditions {room}.content {room}.rules",
        "flask",
    ),
    Row(
        "app/filedrop/upkeep.py",
        SERVICE + "{room}.rules app.runtime storage storage.meter",
    ),
    Row("app/filedrop/ticks.py", "app.module app.runtime {room}.upkeep " + SERVICE),
    Row("app/filedrop/inbox_asked.py", SERVICE + "{room}.rules app.web.asked"),
    Row(
        "app/filedrop/inbox.py",
        SERVICE + "{room}.rules {room}.inbox_asked app.web.pager app.web.texts",
    ),
    Row(
        "app/filedrop/receipts.py",
        KERNEL + SERVICE + "{room}.rules app.web.pager app.web.texts",
    ),
    Row("app/filedrop/agenda.py"),
    Row("app/filedrop/receipt_seal.py", KERNEL + "app.keyring", "cryptography"),
    Row("app/filedrop/departure.py", KERNEL + SERVICE + "app.web.texts"),
    Row("app/filedrop/draft_list.py", KERNEL + SERVICE + "app.web.pager app.web.texts"),
    Row("app/filedrop/tus.py", KERNEL + "{room}.rules storage"),
    Row(
        "app/filedrop/growing.py",
        KERNEL + SERVICE + "app.runtime {room}.rules {room}.intake {room}.tus storage",
    ),
    Row(
        "app/filedrop/uploads.py",
        KERNEL + SERVICE + "app.runtime {room}.rules storage",
        "werkzeug",
    ),
    Row(
        "app/filedrop/follow.py",
        KERNEL + SERVICE + "{room}.rules "
        "app.web.asked app.web.pager app.web.reasons app.web.texts",
    ),
    Row(
        "app/*/forms.py",
        KERNEL + "app.accounts.contact app.web.texts",
        "flask_wtf wtforms",
    ),
    # the hall: what puts the rooms together; the demo is a guest there
    Row(
        "app/demo/gen*.py",
        KERNEL + "app.demo.gen_*",
        "xlsxwriter",
    ),
    Row("app/demo/__init__.py"),
    Row("app/demo/certificates.py", "", "asn1crypto cryptography"),
    Row(
        "app/demo/pki.py",
        "app.demo.certificates signing.apart",
        "asn1crypto cryptography pyhanko pyhanko_certvalidator",
    ),
    Row("app/demo/card.py", "app app.*", "flask"),
    Row("app/demo/oidc.py", "app app.*", "flask joserfc werkzeug"),
    Row("app/demo/*.py", "app app.* jobs.* notifier notifier.*", "click flask"),
    Row("app/modules.py", "{lower}"),
    Row(
        "app/storage_commands.py",
        KERNEL + "app app.papers app.command app.key_service app.modules "
        "app.web.context "
        "app.filedrop.upkeep notifier.ledger storage storage.meter",
        "click",
    ),
    # the keys in a process of their own: what puts it together, and runs it
    Row(
        "app/key_service.py",
        "app.command app.kernel.clock app.settings app.settings_keys app.wiring "
        "storage.key_service",
        "click flask",
    ),
    Row(
        "app/commands.py",
        "app.command app.kernel.errors app.storage_commands app.web.context "
        "notifier.ledger notifier.outbox",
        "alembic click",
    ),
    Row(
        "app/wiring.py",
        KERNEL + "app.db.session app.keyring app.passwords app.runtime app.settings "
        "app.settings_identity app.settings_keys app.settings_values "
        "identity identity.* notifier notifier.* signing signing.* "
        "storage storage.*",
    ),
    Row(
        "app/__init__.py",
        "app.commands app.modules app.runtime app.settings app.web app.wiring",
        "flask",
    ),
    # any room, unless it has a row of its own above
    Row("app/*/__init__.py", "{room} {room}.* app.module"),
    Row("app/*/rules.py", KERNEL),
    Row("app/*/models.py", "app.db.base {room}.rules storage.scanner", "sqlalchemy"),
    Row(
        "app/*/service*.py",
        GROUND + SERVICE + "app.db.* {room} {room}.models {room}.rules {lower}.service",
        "sqlalchemy",
    ),
    Row("app/*/ticks.py", "app.module app.runtime " + SERVICE),
    Row(
        "app/*/commands.py",
        KERNEL + SERVICE + "app.command app.web.context {room}.rules {room}.contact "
        "{room}.intake {room}.reading",
        "click",
    ),
    Row(
        "app/*/*views.py",
        VIEWS + "{room}.agenda {room}.conditions {room}.content {room}.forms "
        "{room}.passwords {room}.sessions {room}.departure {room}.draft_list "
        "{room}.follow {room}.growing {room}.hours {room}.inbox {room}.inbox_asked "
        "{room}.noting app.press {room}.receipt_seal {room}.receipts "
        "{room}.streams {room}.tus {room}.uploads {room}.views",
        "flask flask_login werkzeug",
    ),
    # the roof: runs it
    Row("jobs/__init__.py"),
    Row("jobs/scheduler.py", "app.runtime jobs.*", "apscheduler"),
    Row("jobs/commands.py", KERNEL + "app.command app.web.context jobs.*", "click"),
    # a letter waits longer than somebody may be let in
    Row(
        "jobs/post.py",
        "app.accounts.service app.module app.runtime notifier notifier.outbox",
        "sqlalchemy",
    ),
    Row(
        "jobs/*.py",
        "app.db.beat app.module app.modules app.runtime jobs.* notifier",
    ),
    Row("wsgi.py", "app app.settings jobs.commands", "flask"),
)


def test_imports_go_down_only() -> None:
    known = known_modules()
    nothing(wrong for file in code() for wrong in offences(file, known, FLOORS))


def test_no_import_goes_round_in_a_circle() -> None:
    known = known_modules()
    graph = {
        file.module: (file.imports(known) & known) - {file.module}
        for file in code()
        # a package's own line gathers what stands in it; it is nobody's floor
        if not (file.path.endswith("__init__.py") and file.room in ROOMS)
    }
    nothing(sorted(circles(graph)))


def test_every_row_of_the_table_is_of_use() -> None:
    used = {row_of(file, FLOORS) for file in code()}
    nothing(row.path for row in FLOORS if row not in used)
