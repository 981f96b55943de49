"""Post entries with django-ledger; print the CPU seconds. Run by benchmarks.peers, in its own environment."""

import sys
import time
import warnings
from datetime import date

import django
from django.conf import settings

warnings.simplefilter("ignore")
count, file = int(sys.argv[1]), sys.argv[2]
settings.configure(
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django_ledger"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": file}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - the models load once the settings are made
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django_ledger.io import roles  # noqa: E402
from django_ledger.models import EntityModel, JournalEntryModel  # noqa: E402

call_command("migrate", verbosity=0)
entity = EntityModel.create_entity(
    name="CAPH", admin=get_user_model().objects.create_user("agent"), use_accrual_method=True, fy_start_month=1
)
entity.create_chart_of_accounts(coa_name="comptes", commit=True, assign_as_default=True)
held = entity.create_account(
    code="1010", role=roles.ASSET_CA_CASH, name="disponible", balance_type="debit", active=True
)
given = entity.create_account(
    code="6010", role=roles.EXPENSE_OPERATIONAL, name="programmé", balance_type="debit", active=True
)
ledger = entity.create_ledger(name="livre", posted=True)
begun = time.process_time()
with transaction.atomic():
    for number in range(count):
        ledger.commit_txs(
            je_timestamp=date(2016, 3, 1),
            je_txs=[
                {"account": account, "amount": 100 + number, "tx_type": side, "description": f"ACTE {number}"}
                for account, side in ((given, "debit"), (held, "credit"))
            ],
            je_posted=True,
            je_desc=f"ACTE {number}",
            je_ledger_model=ledger,
        )
print(time.process_time() - begun)
assert JournalEntryModel.objects.filter(posted=True).count() == count
