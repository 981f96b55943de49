"""The statut juridique of porteurs and financeurs; the share of a maître d'ouvrage is taken of public financing.

A statut is filled where the type, or the financeur itself, tells it; that of a bailleur, of an "autre", of the Caf and
of the CPAM stays empty: it is asked. The two rules of CGCT L1111-10 III shipped before, where nobody changed them, are
superseded by the same rule on its own base.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

FINANCEURS = {
    "ETAT": "etat",
    "REGION": "region",
    "CAPH": "epci",
    "CAVM": "epci",
    "COMMUNES": "commune",
    "ANRU": "etablissement_public",
    "CDC": "etablissement_public",
    "EUROPE": "union_europeenne",
    "DEPARTEMENT": "departement",
    "ARS": "etablissement_public",
}
CODES = "('PART-PUBLIQUE-COMMUNE-INVESTISSEMENT', 'PART-PUBLIQUE-EPCI-INVESTISSEMENT')"


def upgrade() -> None:
    op.add_column("porteur", sa.Column("statut", sa.Text))
    op.add_column("financeur", sa.Column("statut", sa.Text))
    op.add_column("action", sa.Column("own_share", sa.Text))
    op.execute("UPDATE porteur SET statut = kind WHERE kind NOT IN ('bailleur', 'autre')")
    for code, statut in FINANCEURS.items():
        op.execute(
            sa.text("UPDATE financeur SET statut = :statut WHERE code = :code").bindparams(statut=statut, code=code)
        )
    op.execute(
        f"""INSERT INTO rule_version (contract, id, code, kind, scope, figures, label, first_day, last_day, source_text,
            source_article, source_link, to_confirm, verified_on, entered_by, recorded_at, supersedes)
        SELECT held.contract,
            (SELECT max(id) FROM rule_version AS every WHERE every.contract = held.contract)
            + (SELECT count(*) FROM rule_version AS before WHERE before.contract = held.contract
                AND before.code IN {CODES} AND before.id <= held.id),
            held.code, 'part_porteur', held.scope, '{{"assiette":"public","taux":"1/5"}}', held.label, held.first_day,
            held.last_day, held.source_text, held.source_article, held.source_link, held.to_confirm, held.verified_on,
            held.entered_by, held.recorded_at, held.id
        FROM rule_version AS held
        WHERE held.code IN {CODES} AND held.kind = 'plafond_part_publique' AND held.figures = '{{"taux":"4/5"}}'
            AND NOT EXISTS (SELECT 1 FROM rule_version AS later
                WHERE later.contract = held.contract AND later.supersedes = held.id)"""
    )
