"""Credit lines that the text tells apart: loans of the Caisse des dépôts, FONJEP posts of the programme 147.

Where the shipped lines are. What was written under CDC-INGENIERIE or ETAT-FONJEP stays there, as it was decided.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

LINES = (
    ("CDC-PRETS", "CDC-INGENIERIE", "Prêts de la Caisse des dépôts", "fonds_propres", "qpv|veille|hors", "§5.5.6"),
    (
        *("ETAT-PDV-FONJEP", "ETAT-FONJEP", "Politique de la ville - postes FONJEP (programme 147)"),
        *("specifique", "qpv", "ANCT (postes 2020-2023)"),
    ),
)
ADD = """INSERT INTO credit_line (code, financeur, label, nature, territories, source, rank)
SELECT :code, financeur, :label, :nature, :territories, :source, (SELECT MAX(rank) + 1 FROM credit_line)
FROM credit_line WHERE code = :beside AND NOT EXISTS (SELECT 1 FROM credit_line WHERE code = :code)"""


def upgrade() -> None:
    for code, beside, label, nature, territories, source in LINES:
        line = {"code": code, "label": label, "nature": nature, "territories": territories, "source": source}
        op.get_bind().execute(sa.text(ADD), {**line, "beside": beside})
