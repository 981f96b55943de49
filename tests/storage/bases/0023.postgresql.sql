-- What the migrations of Cofiville 0.1 made on PostgreSQL (revision 0023), without a row.
CREATE FUNCTION public.cofiville_account_keeps() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
    BEGIN
      RAISE EXCEPTION 'cofiville:account keeps its identity, its totals follow transfers'
        USING ERRCODE = 'integrity_constraint_violation';
    END $$;
CREATE FUNCTION public.cofiville_account_new() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM added WHERE debit <> 0 OR credit <> 0) THEN
        RAISE EXCEPTION 'cofiville:an account starts empty' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF EXISTS (SELECT contract FROM added EXCEPT SELECT code FROM contract) THEN
        RAISE EXCEPTION 'cofiville:account without contract' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$;
CREATE FUNCTION public.cofiville_chain_forward() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND (NEW.contract <> OLD.contract OR NEW.sequence <= OLD.sequence) THEN
        RAISE EXCEPTION 'cofiville:the chain only grows' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF NOT EXISTS (SELECT 1 FROM entry WHERE contract = NEW.contract AND sequence = NEW.sequence
        AND seal = NEW.seal) THEN
        RAISE EXCEPTION 'cofiville:the head is the seal of an entry' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
CREATE FUNCTION public.cofiville_convention_line_as_signed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF OLD.contract = NEW.contract AND OLD.convention = NEW.convention AND OLD.action = NEW.action AND OLD.line = NEW.line AND OLD.amount = NEW.amount AND OLD.terms = NEW.terms THEN
          RETURN NEW;
        END IF;
      END IF;
      IF (SELECT state FROM convention WHERE contract = OLD.contract AND number = OLD.convention) <> 'brouillon' THEN
        RAISE EXCEPTION 'cofiville:convention_line keeps what was signed'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END $$;
CREATE FUNCTION public.cofiville_count_months() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    DECLARE
      known bigint := coalesce((SELECT sequence FROM month_known WHERE contract = NEW.contract), 0);
    BEGIN
      IF NEW.sequence - known >= 1000 THEN
        INSERT INTO month_total (contract, account, month, debit, credit)
          SELECT NEW.contract, account, (date_part('year', effect_on) * 100 + date_part('month', effect_on))::bigint, sum(debit)::bigint, sum(credit)::bigint
          FROM entry JOIN transfer ON transfer.contract = entry.contract AND transfer.sequence = entry.sequence
          CROSS JOIN LATERAL (VALUES (debit_account, amount, 0::bigint), (credit_account, 0::bigint, amount))
            AS side (account, debit, credit)
          WHERE entry.contract = NEW.contract AND entry.sequence > known AND entry.sequence <= NEW.sequence
          GROUP BY account, (date_part('year', effect_on) * 100 + date_part('month', effect_on))::bigint ORDER BY 2, 3 ON CONFLICT (contract, account, month) DO UPDATE SET debit = month_total.debit + excluded.debit, credit = month_total.credit + excluded.credit;
        INSERT INTO month_known (contract, sequence, recorded_until) SELECT NEW.contract, NEW.sequence, max(recorded_at) FROM entry WHERE contract = NEW.contract AND sequence > known AND sequence <= NEW.sequence ON CONFLICT (contract) DO UPDATE SET sequence = excluded.sequence, recorded_until = greatest(month_known.recorded_until, excluded.recorded_until);
      END IF;
      RETURN NULL;
    END $$;
CREATE FUNCTION public.cofiville_entry_next() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    DECLARE
      days record;
    BEGIN
      FOR days IN SELECT contract, EXTRACT(YEAR FROM effect_on)::bigint AS year, min(sequence) AS first FROM added
        GROUP BY 1, 2 ORDER BY 1, 2 LOOP
        IF EXISTS (SELECT 1 FROM chain_head WHERE contract = days.contract AND sequence >= days.first) THEN
          RAISE EXCEPTION 'cofiville:entry already sealed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        PERFORM 1 FROM exercice WHERE contract = days.contract AND year = days.year AND closed_on IS NULL FOR SHARE;
        IF NOT FOUND THEN
          RAISE EXCEPTION 'cofiville:day outside an open exercice' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
      END LOOP;
      RETURN NULL;
    END $$;
CREATE FUNCTION public.cofiville_entry_role() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM added WHERE database_role <> session_user)
         AND NOT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
        RAISE EXCEPTION 'cofiville:an entry bears the role that writes it'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$;
CREATE FUNCTION public.cofiville_exercice_closed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
    BEGIN
      IF OLD.closed_on IS NOT NULL OR NEW.contract <> OLD.contract OR NEW.year <> OLD.year THEN
        RAISE EXCEPTION 'cofiville:a closed exercice never changes' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
CREATE FUNCTION public.cofiville_months_follow() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
    BEGIN
      IF TG_OP IN ('DELETE', 'TRUNCATE') OR pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'cofiville:months follow the chain' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$;
CREATE FUNCTION public.cofiville_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
      RAISE EXCEPTION 'cofiville:% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $$;
CREATE FUNCTION public.cofiville_rule_version_next() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM rule_version AS other
     WHERE other.contract = NEW.contract AND other.kind = NEW.kind AND other.scope = NEW.scope
       AND (NEW.supersedes IS NULL OR other.id <> NEW.supersedes)
       AND (NEW.last_day IS NULL OR other.first_day <= NEW.last_day)
       AND (other.last_day IS NULL OR other.last_day >= NEW.first_day)
       AND NOT EXISTS (SELECT 1 FROM rule_version AS later
                        WHERE later.contract = other.contract AND later.supersedes = other.id)) THEN
        RAISE EXCEPTION 'cofiville:rule versions overlap' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
CREATE FUNCTION public.cofiville_scenario_frozen() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
      IF OLD.validated_on IS NOT NULL OR (NEW.contract, NEW.name, NEW.year, NEW.rules_on, NEW.inputs, NEW.inputs_hash, NEW.note, NEW.created_by, NEW.created_at)
         IS DISTINCT FROM (OLD.contract, OLD.name, OLD.year, OLD.rules_on, OLD.inputs, OLD.inputs_hash, OLD.note, OLD.created_by, OLD.created_at) THEN
        RAISE EXCEPTION 'cofiville:a scenario is frozen' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$;
CREATE FUNCTION public.cofiville_transfer_moves() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    DECLARE
      book record;
      named bigint;
      found bigint;
    BEGIN
      FOR book IN SELECT contract, min(sequence) AS first, max(sequence) AS last FROM added GROUP BY 1 ORDER BY 1 LOOP
        IF EXISTS (SELECT 1 FROM chain_head WHERE contract = book.contract AND sequence >= book.first) THEN
          RAISE EXCEPTION 'cofiville:entry already sealed' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF EXISTS (SELECT sequence FROM added WHERE contract = book.contract EXCEPT SELECT sequence FROM entry
          WHERE contract = book.contract AND sequence BETWEEN book.first AND book.last) THEN
          RAISE EXCEPTION 'cofiville:transfer without entry' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
      END LOOP;
      PERFORM 1 FROM account WHERE (contract, id) IN (SELECT contract, debit_account FROM added
        UNION SELECT contract, credit_account FROM added) ORDER BY contract, id FOR UPDATE;
      GET DIAGNOSTICS found = ROW_COUNT;
      SELECT count(*) INTO named FROM (SELECT contract, debit_account FROM added
        UNION SELECT contract, credit_account FROM added) AS sides;
      IF found < named THEN
        RAISE EXCEPTION 'cofiville:transfer without account' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      UPDATE account SET debit = account.debit + moved.debit, credit = account.credit + moved.credit FROM (
        SELECT contract, id, SUM(debit)::bigint AS debit, SUM(credit)::bigint AS credit FROM (
          SELECT contract, debit_account AS id, amount AS debit, 0 AS credit FROM added
          UNION ALL SELECT contract, credit_account, 0, amount FROM added) AS sides
        GROUP BY contract, id) AS moved
      WHERE account.contract = moved.contract AND account.id = moved.id;
      RETURN NULL;
    END $$;
CREATE TABLE public.account (
    contract text NOT NULL,
    id bigint NOT NULL,
    "position" text NOT NULL,
    side text NOT NULL,
    line text NOT NULL,
    year bigint NOT NULL,
    convention text NOT NULL,
    action text NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    CONSTRAINT ck_account_never_overdrawn CHECK ((((side = 'D'::text) AND (debit >= credit)) OR ((side = 'C'::text) AND (credit >= debit)))),
    CONSTRAINT ck_account_totals_not_negative CHECK (((debit >= 0) AND (credit >= 0)))
)
WITH (fillfactor='50');
CREATE TABLE public.action (
    contract text NOT NULL,
    number text NOT NULL,
    year bigint NOT NULL,
    appel text,
    porteur text NOT NULL,
    title text NOT NULL,
    objective text,
    scale text NOT NULL,
    dispositif text NOT NULL,
    nature text NOT NULL,
    innovation_criteria bigint NOT NULL,
    cost_total bigint NOT NULL,
    cost_eligible bigint NOT NULL,
    public_caph bigint,
    public_cavm bigint,
    no_droit_commun_reason text NOT NULL,
    status text NOT NULL,
    example boolean NOT NULL,
    origin text NOT NULL,
    deposited_on date,
    starts_on date,
    ends_on date,
    years bigint DEFAULT 1 NOT NULL,
    renewal text DEFAULT ''::text NOT NULL,
    valued bigint DEFAULT 0 NOT NULL,
    share_source text DEFAULT ''::text NOT NULL,
    CONSTRAINT ck_action_costs CHECK (((cost_total >= 0) AND (cost_eligible >= 0) AND (cost_eligible <= cost_total))),
    CONSTRAINT ck_action_dispositif CHECK ((dispositif = ANY (ARRAY['action'::text, 'dre'::text, 'ovv'::text, 'fipd'::text, 'mous'::text, 'adultes-relais'::text, 'fonjep'::text, 'moyens-communs'::text]))),
    CONSTRAINT ck_action_innovation_criteria CHECK (((innovation_criteria >= 0) AND (innovation_criteria <= 4))),
    CONSTRAINT ck_action_nature CHECK ((nature = ANY (ARRAY['fonctionnement'::text, 'investissement'::text]))),
    CONSTRAINT ck_action_renewal CHECK ((renewal = ANY (ARRAY[''::text, 'nouvelle'::text, 'reconduite'::text]))),
    CONSTRAINT ck_action_scale CHECK ((scale = ANY (ARRAY['communale'::text, 'communautaire'::text, 'arrondissement'::text]))),
    CONSTRAINT ck_action_status CHECK ((status = ANY (ARRAY['depose'::text, 'recevable'::text, 'instruit'::text, 'arbitre'::text, 'accorde'::text, 'refuse'::text, 'ajourne'::text, 'redirige'::text, 'conventionne'::text, 'realise'::text, 'solde'::text, 'abandonne'::text]))),
    CONSTRAINT ck_action_valued CHECK ((valued >= 0)),
    CONSTRAINT ck_action_years CHECK (((years >= 1) AND (years <= 6)))
);
CREATE TABLE public.action_indicator (
    contract text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    kind text NOT NULL,
    label text NOT NULL,
    expected text NOT NULL,
    realised text,
    realised_on date,
    CONSTRAINT ck_action_indicator_kind CHECK ((kind = ANY (ARRAY['quantitatif'::text, 'qualitatif'::text])))
);
CREATE TABLE public.action_public (
    contract text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    kind text NOT NULL,
    territory text,
    epci text,
    headcount bigint NOT NULL,
    counted boolean NOT NULL,
    qpv_headcount bigint,
    evidence text NOT NULL,
    CONSTRAINT ck_action_public_headcount CHECK ((headcount >= 0)),
    CONSTRAINT ck_action_public_kind CHECK ((kind = ANY (ARRAY['qpv'::text, 'veille'::text, 'vecu'::text, 'hors'::text]))),
    CONSTRAINT ck_action_public_qpv_headcount CHECK (((qpv_headcount IS NULL) OR ((qpv_headcount >= 0) AND (qpv_headcount <= headcount))))
);
CREATE TABLE public.action_reference (
    contract text NOT NULL,
    action text NOT NULL,
    kind text NOT NULL,
    year bigint NOT NULL,
    reference text NOT NULL,
    CONSTRAINT ck_action_reference_kind CHECK ((kind = ANY (ARRAY['dauphin'::text, 'gispro'::text, 'ej'::text, 'autre'::text])))
);
CREATE TABLE public.action_renewal (
    contract text NOT NULL,
    action text NOT NULL,
    previous text NOT NULL
);
CREATE TABLE public.action_slice (
    contract text NOT NULL,
    action text NOT NULL,
    kind text NOT NULL,
    headcount bigint,
    cost bigint NOT NULL,
    CONSTRAINT ck_action_slice_cost_not_negative CHECK ((cost >= 0)),
    CONSTRAINT ck_action_slice_kind CHECK ((kind = ANY (ARRAY['qpv'::text, 'veille'::text, 'hors'::text])))
);
CREATE TABLE public.action_status (
    contract text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    status text NOT NULL,
    "on" date NOT NULL,
    reason text NOT NULL,
    agent text NOT NULL
);
CREATE TABLE public.action_territory (
    contract text NOT NULL,
    action text NOT NULL,
    territory text NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.appel (
    contract text NOT NULL,
    code text NOT NULL,
    year bigint NOT NULL,
    kind text NOT NULL,
    launched_on date NOT NULL,
    closes_on date,
    validated_on date,
    CONSTRAINT ck_appel_kind CHECK ((kind = ANY (ARRAY['annuel'::text, 'complementaire'::text])))
);
CREATE TABLE public.appel_axis (
    contract text NOT NULL,
    appel text NOT NULL,
    axis text NOT NULL
);
CREATE TABLE public.appel_deadline (
    contract text NOT NULL,
    appel text NOT NULL,
    label text NOT NULL,
    "on" date NOT NULL
);
CREATE TABLE public.appel_line (
    contract text NOT NULL,
    appel text NOT NULL,
    line text NOT NULL
);
CREATE TABLE public.avenant (
    contract text NOT NULL,
    convention text NOT NULL,
    rank bigint NOT NULL,
    signed_on date NOT NULL,
    purpose text NOT NULL,
    piece text NOT NULL,
    facts_before text NOT NULL,
    facts_after text NOT NULL,
    CONSTRAINT ck_avenant_has_a_piece CHECK ((piece <> ''::text)),
    CONSTRAINT ck_avenant_rank CHECK ((rank > 0))
);
CREATE TABLE public.avenant_line (
    contract text NOT NULL,
    convention text NOT NULL,
    rank bigint NOT NULL,
    action text NOT NULL,
    line text NOT NULL,
    amount_before bigint NOT NULL,
    amount_after bigint NOT NULL,
    CONSTRAINT ck_avenant_line_amounts_not_negative CHECK (((amount_before >= 0) AND (amount_after >= 0)))
);
CREATE TABLE public.avis (
    contract text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    service text NOT NULL,
    verdict text NOT NULL,
    line text,
    amount_advised bigint,
    words text NOT NULL,
    "on" date NOT NULL,
    agent text NOT NULL,
    CONSTRAINT ck_avis_amount CHECK ((((amount_advised >= 0) AND (line IS NOT NULL)) OR (amount_advised IS NULL))),
    CONSTRAINT ck_avis_verdict CHECK ((verdict = ANY (ARRAY['favorable'::text, 'reserves'::text, 'defavorable'::text, 'complement'::text])))
);
CREATE TABLE public.avis_letter (
    contract text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    sent_on date NOT NULL,
    due_on date NOT NULL,
    answered_on date,
    answer text NOT NULL,
    CONSTRAINT ck_avis_letter_days CHECK (((due_on >= sent_on) AND (answered_on >= sent_on)))
);
CREATE TABLE public.bilan (
    contract text NOT NULL,
    convention text NOT NULL,
    action text NOT NULL,
    settled_on date NOT NULL,
    real_cost bigint NOT NULL,
    other_funding bigint NOT NULL,
    slices text NOT NULL,
    piece text NOT NULL,
    accounts text,
    surplus bigint DEFAULT '0'::bigint NOT NULL,
    undone_on date,
    examined_on date,
    examination text DEFAULT ''::text NOT NULL,
    CONSTRAINT ck_bilan_amounts_not_negative CHECK (((real_cost >= 0) AND (other_funding >= 0)))
);
CREATE TABLE public.bilan_extension (
    contract text NOT NULL,
    convention text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    until date NOT NULL,
    granted_on date NOT NULL,
    motive text NOT NULL
);
CREATE TABLE public.bilan_line (
    contract text NOT NULL,
    convention text NOT NULL,
    action text NOT NULL,
    line text NOT NULL,
    amount_final bigint NOT NULL,
    limited_by text NOT NULL,
    steps text NOT NULL,
    CONSTRAINT ck_bilan_line_amount_not_negative CHECK ((amount_final >= 0))
);
CREATE TABLE public.bilan_reminder (
    contract text NOT NULL,
    convention text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    level text NOT NULL,
    sent_on date NOT NULL
);
CREATE TABLE public.bilan_sent (
    contract text NOT NULL,
    convention text NOT NULL,
    rank bigint NOT NULL,
    piece text NOT NULL,
    sent_on date NOT NULL
);
CREATE TABLE public.brouillon (
    contract text NOT NULL,
    number bigint NOT NULL,
    words text NOT NULL,
    agent text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    decided_at timestamp with time zone,
    CONSTRAINT ck_brouillon_decided CHECK (((decided_at IS NULL) = (state = 'brouillon'::text))),
    CONSTRAINT ck_brouillon_state CHECK ((state = ANY (ARRAY['brouillon'::text, 'valide'::text, 'abandonne'::text])))
);
CREATE TABLE public.chain_head (
    contract text NOT NULL,
    sequence bigint NOT NULL,
    seal text NOT NULL
);
CREATE TABLE public.chart_account (
    nomenclature text NOT NULL,
    variant text NOT NULL,
    year bigint NOT NULL,
    account text NOT NULL,
    label text NOT NULL
);
CREATE TABLE public.closing_balance (
    contract text NOT NULL,
    year bigint NOT NULL,
    entries bigint NOT NULL,
    accounts bigint NOT NULL,
    total bigint NOT NULL,
    sha256 text NOT NULL
);
CREATE TABLE public.closing_decision (
    contract text NOT NULL,
    year bigint NOT NULL,
    line text NOT NULL,
    "position" text NOT NULL,
    convention text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    amount bigint NOT NULL,
    fate text NOT NULL,
    reason text NOT NULL,
    piece text NOT NULL,
    decided_on date NOT NULL,
    agent text NOT NULL,
    CONSTRAINT ck_closing_decision_amount_above_zero CHECK ((amount > 0)),
    CONSTRAINT ck_closing_decision_fate CHECK ((fate = ANY (ARRAY['annuler'::text, 'rendre'::text, 'reporter'::text, 'rattacher'::text, 'reporter_disponible'::text, 'tranche'::text, 'recouvrer'::text, 'compenser'::text]))),
    CONSTRAINT ck_closing_decision_has_a_reason CHECK ((reason <> ''::text))
);
CREATE TABLE public.closing_point (
    contract text NOT NULL,
    year bigint NOT NULL,
    rank bigint NOT NULL,
    weight text NOT NULL,
    code text NOT NULL,
    subject text NOT NULL,
    amount bigint NOT NULL,
    message text NOT NULL,
    command text NOT NULL,
    CONSTRAINT ck_closing_point_weight CHECK ((weight = ANY (ARRAY['a_decider'::text, 'information'::text])))
);
CREATE TABLE public.closing_remainder (
    contract text NOT NULL,
    year bigint NOT NULL,
    line text NOT NULL,
    "position" text NOT NULL,
    convention text NOT NULL,
    action text NOT NULL,
    amount bigint NOT NULL,
    fate text NOT NULL,
    reason text NOT NULL,
    CONSTRAINT ck_closing_remainder_amount_above_zero CHECK ((amount > 0)),
    CONSTRAINT ck_closing_remainder_fate CHECK ((fate = ANY (ARRAY['annuler'::text, 'rendre'::text, 'reporter'::text, 'rattacher'::text, 'reporter_disponible'::text, 'tranche'::text, 'recouvrer'::text, 'compenser'::text])))
);
CREATE TABLE public.commune (
    insee text NOT NULL,
    siren text NOT NULL,
    name text NOT NULL,
    epci text NOT NULL,
    population bigint NOT NULL
);
CREATE TABLE public.compensation (
    contract text NOT NULL,
    recette text NOT NULL,
    convention text NOT NULL,
    amount bigint NOT NULL,
    realised_on date,
    CONSTRAINT ck_compensation_amount_above_zero CHECK ((amount > 0))
);
CREATE TABLE public.contract (
    code text NOT NULL,
    name text NOT NULL,
    epci text NOT NULL,
    epci_financeur text NOT NULL
);
CREATE TABLE public.convention (
    contract text NOT NULL,
    number text NOT NULL,
    year bigint NOT NULL,
    kind text NOT NULL,
    circuit text NOT NULL,
    payer text NOT NULL,
    beneficiary text,
    purpose text NOT NULL,
    state text NOT NULL,
    signed_on date,
    starts_on date,
    ends_on date,
    piece text NOT NULL,
    example boolean NOT NULL,
    schedule text,
    cascade_reference text DEFAULT ''::text NOT NULL,
    CONSTRAINT ck_convention_circuit CHECK ((circuit = ANY (ARRAY['budget'::text, 'direct'::text]))),
    CONSTRAINT ck_convention_kind CHECK ((kind = ANY (ARRAY['convention'::text, 'notification'::text, 'commande'::text, 'recette'::text]))),
    CONSTRAINT ck_convention_signed CHECK (((signed_on IS NULL) = (state = ANY (ARRAY['brouillon'::text, 'annulee'::text])))),
    CONSTRAINT ck_convention_state CHECK ((state = ANY (ARRAY['brouillon'::text, 'signee'::text, 'soldee'::text, 'annulee'::text])))
);
CREATE TABLE public.convention_line (
    contract text NOT NULL,
    convention text NOT NULL,
    action text NOT NULL,
    line text NOT NULL,
    amount bigint NOT NULL,
    terms text NOT NULL,
    amount_change bigint DEFAULT '0'::bigint NOT NULL,
    terms_amended text,
    CONSTRAINT ck_convention_line_amount_above_zero CHECK ((amount > 0))
);
CREATE TABLE public.convention_reference (
    contract text NOT NULL,
    convention text NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    year bigint NOT NULL,
    CONSTRAINT ck_convention_reference_kind CHECK ((kind = ANY (ARRAY['ej'::text, 'dossier'::text])))
);
CREATE TABLE public.convention_slice (
    contract text NOT NULL,
    convention text NOT NULL,
    year bigint NOT NULL,
    line text NOT NULL,
    amount bigint NOT NULL,
    opened_as text,
    CONSTRAINT ck_convention_slice_amount_above_zero CHECK ((amount > 0))
);
CREATE TABLE public.convention_stage (
    contract text NOT NULL,
    convention text NOT NULL,
    rank bigint NOT NULL,
    stage text NOT NULL,
    reached_on date NOT NULL,
    remark text NOT NULL,
    CONSTRAINT ck_convention_stage_stage CHECK ((stage = ANY (ARRAY['deliberation'::text, 'executoire'::text, 'envoyee'::text, 'retournee'::text, 'parapheur'::text, 'signee'::text, 'notifiee'::text])))
);
CREATE TABLE public.convention_upstream (
    contract text NOT NULL,
    convention text NOT NULL,
    upstream text NOT NULL,
    CONSTRAINT ck_convention_upstream_another CHECK ((convention <> upstream))
);
CREATE TABLE public.credit_line (
    code text NOT NULL,
    financeur text NOT NULL,
    label text NOT NULL,
    nature text NOT NULL,
    territories text NOT NULL,
    source text NOT NULL,
    rank bigint NOT NULL,
    CONSTRAINT ck_credit_line_nature CHECK ((nature = ANY (ARRAY['specifique'::text, 'droit_commun'::text, 'fonds_propres'::text])))
);
CREATE TABLE public.decision (
    contract text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    committee text NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    "on" date NOT NULL,
    agent text NOT NULL,
    CONSTRAINT ck_decision_committee CHECK ((committee = ANY (ARRAY['technique'::text, 'copil'::text]))),
    CONSTRAINT ck_decision_outcome CHECK ((outcome = ANY (ARRAY['accorde'::text, 'refuse'::text, 'ajourne'::text, 'redirige'::text])))
);
CREATE TABLE public.decision_amount (
    contract text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    line text NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT ck_decision_amount_amount_not_negative CHECK ((amount >= 0))
);
CREATE TABLE public.direct_grant (
    contract text NOT NULL,
    reference text NOT NULL,
    action text NOT NULL,
    line text NOT NULL,
    requested bigint NOT NULL,
    granted bigint NOT NULL,
    granted_on date NOT NULL,
    piece text NOT NULL,
    steps text NOT NULL,
    CONSTRAINT ck_direct_grant_within_the_request CHECK (((granted > 0) AND (granted <= requested)))
);
CREATE TABLE public.entry (
    contract text NOT NULL,
    sequence bigint NOT NULL,
    reference text NOT NULL,
    kind text NOT NULL,
    label text NOT NULL,
    piece text NOT NULL,
    motive text NOT NULL,
    effect_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    agent text NOT NULL,
    command text NOT NULL,
    reverses bigint,
    content_hash text NOT NULL,
    seal text NOT NULL,
    database_role text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.epci (
    code text NOT NULL,
    siren text NOT NULL,
    name text NOT NULL
);
CREATE TABLE public.exercice (
    contract text NOT NULL,
    year bigint NOT NULL,
    closed_on date,
    closed_at timestamp with time zone,
    closing_seal text,
    closing_entries bigint
);
CREATE TABLE public.financeur (
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    role text NOT NULL,
    source text NOT NULL
);
CREATE TABLE public.funding (
    contract text NOT NULL,
    action text NOT NULL,
    line text NOT NULL,
    amount_requested bigint NOT NULL,
    shared boolean NOT NULL,
    status text NOT NULL,
    observation text NOT NULL,
    CONSTRAINT ck_funding_amount_not_negative CHECK ((amount_requested >= 0)),
    CONSTRAINT ck_funding_status CHECK ((status = ANY (ARRAY['pressenti'::text, 'demande'::text, 'non_recevable'::text, 'propose'::text, 'accorde'::text, 'refuse'::text])))
);
CREATE TABLE public.imported_file (
    contract text NOT NULL,
    number bigint NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    agent text NOT NULL,
    command text NOT NULL
);
CREATE TABLE public.imported_row (
    contract text NOT NULL,
    file bigint NOT NULL,
    rank bigint NOT NULL,
    sheet text NOT NULL,
    key text NOT NULL,
    change text NOT NULL,
    cells text NOT NULL,
    CONSTRAINT ck_imported_row_change_known CHECK ((change = ANY (ARRAY['nouvelle'::text, 'modifiee'::text])))
);
CREATE TABLE public.instalment (
    contract text NOT NULL,
    convention text NOT NULL,
    rank bigint NOT NULL,
    action text NOT NULL,
    line text NOT NULL,
    amount bigint NOT NULL,
    condition text NOT NULL,
    due_on date,
    CONSTRAINT ck_instalment_amount_not_negative CHECK ((amount >= 0)),
    CONSTRAINT ck_instalment_condition CHECK ((condition = ANY (ARRAY['signature'::text, 'date'::text, 'bilan'::text])))
);
CREATE TABLE public.line_certificate (
    contract text NOT NULL,
    scenario text NOT NULL,
    line text NOT NULL,
    rank bigint NOT NULL,
    budget bigint NOT NULL,
    fixed bigint NOT NULL,
    claims bigint NOT NULL,
    granted bigint NOT NULL,
    threshold bigint,
    last_action text,
    CONSTRAINT ck_line_certificate_threshold_with_its_action CHECK (((threshold IS NULL) = (last_action IS NULL)))
);
CREATE TABLE public.month_known (
    contract text NOT NULL,
    sequence bigint NOT NULL,
    recorded_until timestamp with time zone NOT NULL
);
CREATE TABLE public.month_total (
    contract text NOT NULL,
    account bigint NOT NULL,
    month bigint NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL
);
CREATE TABLE public.objective (
    code text NOT NULL,
    label text NOT NULL,
    priority text NOT NULL,
    priority_label text NOT NULL,
    axis text NOT NULL,
    axis_label text NOT NULL
);
CREATE TABLE public.partner_row (
    contract text NOT NULL,
    profile text NOT NULL,
    key text NOT NULL,
    version bigint NOT NULL,
    year bigint,
    siret text NOT NULL,
    facts text NOT NULL,
    CONSTRAINT ck_partner_row_version_from_one CHECK ((version >= 1))
);
CREATE TABLE public.payment (
    contract text NOT NULL,
    reference text NOT NULL,
    convention text NOT NULL,
    paid_on date NOT NULL,
    amount bigint NOT NULL,
    undone_on date,
    CONSTRAINT ck_payment_amount_above_zero CHECK ((amount > 0))
);
CREATE TABLE public.payment_order (
    contract text NOT NULL,
    reference text NOT NULL,
    convention text NOT NULL,
    rank bigint NOT NULL,
    ordered_on date NOT NULL,
    account text NOT NULL,
    rejected_on date,
    rejection text DEFAULT ''::text NOT NULL,
    waiver text DEFAULT ''::text NOT NULL
);
CREATE TABLE public.payment_order_line (
    contract text NOT NULL,
    reference text NOT NULL,
    rank bigint NOT NULL,
    action text NOT NULL,
    line text NOT NULL,
    year bigint NOT NULL,
    gross bigint NOT NULL,
    set_off bigint NOT NULL,
    CONSTRAINT ck_payment_order_line_set_off_within_gross CHECK (((gross > 0) AND (set_off >= 0) AND (set_off <= gross)))
);
CREATE TABLE public.personal_datum (
    contract text NOT NULL,
    porteur text NOT NULL,
    kind text NOT NULL,
    value text,
    recorded_at timestamp with time zone NOT NULL,
    erased_at timestamp with time zone,
    CONSTRAINT ck_personal_datum_erased CHECK (((value IS NULL) = (erased_at IS NOT NULL))),
    CONSTRAINT ck_personal_datum_kind CHECK ((kind = ANY (ARRAY['contact'::text, 'iban'::text])))
);
CREATE TABLE public.pin (
    contract text NOT NULL,
    action text NOT NULL,
    line text NOT NULL,
    rank bigint NOT NULL,
    amount bigint,
    reason text NOT NULL,
    decided_on date NOT NULL,
    agent text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_pin_amount_not_negative CHECK (((amount IS NULL) OR (amount >= 0)))
);
CREATE TABLE public.plan_line (
    contract text NOT NULL,
    action text NOT NULL,
    version bigint NOT NULL,
    rank bigint NOT NULL,
    side text NOT NULL,
    account text NOT NULL,
    label text NOT NULL,
    amount bigint NOT NULL,
    line text,
    status text NOT NULL,
    CONSTRAINT ck_plan_line_amount_not_negative CHECK ((amount >= 0)),
    CONSTRAINT ck_plan_line_side CHECK ((side = ANY (ARRAY['charges'::text, 'produits'::text])))
);
CREATE TABLE public.plan_version (
    contract text NOT NULL,
    action text NOT NULL,
    rank bigint NOT NULL,
    stage text NOT NULL,
    "on" date NOT NULL,
    reason text NOT NULL,
    agent text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    cost_total bigint NOT NULL,
    valued bigint NOT NULL,
    CONSTRAINT ck_plan_version_stage CHECK ((stage = ANY (ARRAY['depose'::text, 'ajuste'::text, 'arbitre'::text]))),
    CONSTRAINT ck_plan_version_totals CHECK (((cost_total >= 0) AND (valued >= 0)))
);
CREATE TABLE public.porteur (
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    siret text,
    rna text,
    commune text,
    to_confirm boolean NOT NULL,
    CONSTRAINT ck_porteur_kind CHECK ((kind = ANY (ARRAY['commune'::text, 'ccas'::text, 'caisse_des_ecoles'::text, 'association'::text, 'bailleur'::text, 'epci'::text, 'etablissement_public'::text, 'autre'::text])))
);
CREATE TABLE public.porteur_document (
    contract text NOT NULL,
    porteur text NOT NULL,
    kind text NOT NULL,
    received_on date NOT NULL,
    reference text NOT NULL
);
CREATE TABLE public.post (
    contract text NOT NULL,
    year bigint NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    label text NOT NULL,
    porteur text NOT NULL,
    action text,
    percent bigint NOT NULL,
    first_month bigint NOT NULL,
    last_month bigint NOT NULL,
    cost_yearly bigint NOT NULL,
    population bigint,
    population_source text NOT NULL,
    example boolean NOT NULL,
    CONSTRAINT ck_post_cost_not_negative CHECK ((cost_yearly >= 0)),
    CONSTRAINT ck_post_kind CHECK ((kind = ANY (ARRAY['mous'::text, 'adultes-relais'::text]))),
    CONSTRAINT ck_post_months CHECK (((first_month >= 1) AND (first_month <= 12) AND ((last_month >= first_month) AND (last_month <= 12)))),
    CONSTRAINT ck_post_percent CHECK (((percent >= 1) AND (percent <= 100))),
    CONSTRAINT ck_post_population CHECK ((population >= 0))
);
CREATE TABLE public.post_absence (
    contract text NOT NULL,
    year bigint NOT NULL,
    post text NOT NULL,
    first_month bigint NOT NULL,
    last_month bigint NOT NULL,
    reason text NOT NULL,
    CONSTRAINT ck_post_absence_months CHECK (((first_month >= 1) AND (first_month <= 12) AND ((last_month >= first_month) AND (last_month <= 12))))
);
CREATE TABLE public.post_commune (
    contract text NOT NULL,
    year bigint NOT NULL,
    post text NOT NULL,
    commune text NOT NULL
);
CREATE TABLE public.post_funding (
    contract text NOT NULL,
    year bigint NOT NULL,
    post text NOT NULL,
    line text NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT ck_post_funding_amount_not_negative CHECK ((amount >= 0))
);
CREATE TABLE public.quartier_vecu (
    contract text NOT NULL,
    year bigint NOT NULL,
    territory text NOT NULL,
    qpv text,
    source text NOT NULL
);
CREATE TABLE public.reconciliation (
    contract text NOT NULL,
    number bigint NOT NULL,
    profile text NOT NULL,
    year bigint,
    file text NOT NULL,
    sha256 text NOT NULL,
    made_on date NOT NULL,
    agent text NOT NULL
);
CREATE TABLE public.reconciliation_line (
    contract text NOT NULL,
    reconciliation bigint NOT NULL,
    rank bigint NOT NULL,
    key text NOT NULL,
    direction text NOT NULL,
    convention text NOT NULL,
    amount_book bigint,
    amount_file bigint,
    state text NOT NULL,
    CONSTRAINT ck_reconciliation_line_state_known CHECK ((state = ANY (ARRAY['rapproche'::text, 'ecart'::text, 'absent_du_livre'::text, 'absent_du_fichier'::text, 'a_confirmer'::text])))
);
CREATE TABLE public.rule_version (
    contract text NOT NULL,
    id bigint NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    scope text NOT NULL,
    figures text NOT NULL,
    label text NOT NULL,
    first_day date NOT NULL,
    last_day date,
    source_text text NOT NULL,
    source_article text NOT NULL,
    source_link text NOT NULL,
    to_confirm boolean NOT NULL,
    verified_on date,
    entered_by text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    supersedes bigint,
    CONSTRAINT ck_rule_version_days_in_order CHECK (((last_day IS NULL) OR (last_day >= first_day))),
    CONSTRAINT ck_rule_version_has_a_source CHECK ((source_text <> ''::text))
);
CREATE TABLE public.saved_profile (
    contract text NOT NULL,
    name text NOT NULL,
    version bigint NOT NULL,
    model text NOT NULL,
    titles text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    agent text NOT NULL
);
CREATE TABLE public.scenario (
    contract text NOT NULL,
    name text NOT NULL,
    year bigint NOT NULL,
    rules_on date NOT NULL,
    inputs text NOT NULL,
    inputs_hash text NOT NULL,
    note text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    validated_on date,
    piece text,
    CONSTRAINT ck_scenario_validated_with_a_piece CHECK (((validated_on IS NULL) = (piece IS NULL)))
);
CREATE TABLE public.scenario_grant (
    contract text NOT NULL,
    scenario text NOT NULL,
    action text NOT NULL,
    line text NOT NULL,
    rank bigint NOT NULL,
    requested bigint NOT NULL,
    granted bigint NOT NULL,
    limited_by text NOT NULL,
    steps text NOT NULL,
    claimed bigint,
    CONSTRAINT ck_scenario_grant_within_the_request CHECK (((granted >= 0) AND (granted <= requested)))
);
CREATE TABLE public.sent_workbook (
    contract text NOT NULL,
    number bigint NOT NULL,
    subject text NOT NULL,
    year bigint NOT NULL,
    sent_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    agent text NOT NULL,
    entries bigint NOT NULL,
    seal text NOT NULL,
    sha256 text NOT NULL,
    content text NOT NULL
);
CREATE TABLE public.service (
    contract text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    financeur text
);
CREATE TABLE public.set_off (
    contract text NOT NULL,
    convention text NOT NULL,
    action text NOT NULL,
    line text NOT NULL,
    year bigint NOT NULL,
    beneficiary text NOT NULL,
    amount bigint NOT NULL,
    decided_on date NOT NULL,
    undone_on date,
    CONSTRAINT ck_set_off_amount_above_zero CHECK ((amount > 0))
);
CREATE TABLE public.territory (
    code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    epci text NOT NULL,
    source text NOT NULL,
    CONSTRAINT ck_territory_kind CHECK ((kind = ANY (ARRAY['qpv'::text, 'veille'::text, 'vecu'::text, 'hors'::text])))
);
CREATE TABLE public.territory_commune (
    territory text NOT NULL,
    commune_name text NOT NULL
);
CREATE TABLE public.territory_population (
    territory text NOT NULL,
    commune text NOT NULL,
    epci text NOT NULL,
    population bigint NOT NULL
);
CREATE TABLE public.titre (
    contract text NOT NULL,
    reference text NOT NULL,
    convention text NOT NULL,
    issued_on date NOT NULL,
    amount bigint NOT NULL,
    account text NOT NULL,
    cancelled_on date,
    cancellation text DEFAULT ''::text NOT NULL,
    cancellation_piece text DEFAULT ''::text NOT NULL,
    CONSTRAINT ck_titre_amount_above_zero CHECK ((amount > 0))
);
CREATE TABLE public.transfer (
    contract text NOT NULL,
    sequence bigint NOT NULL,
    rank bigint NOT NULL,
    debit_account bigint NOT NULL,
    credit_account bigint NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT ck_transfer_amount_above_zero CHECK ((amount > 0)),
    CONSTRAINT ck_transfer_two_accounts CHECK ((debit_account <> credit_account))
);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT pk_account PRIMARY KEY (contract, id);
ALTER TABLE ONLY public.action
    ADD CONSTRAINT pk_action PRIMARY KEY (contract, number);
ALTER TABLE ONLY public.action_indicator
    ADD CONSTRAINT pk_action_indicator PRIMARY KEY (contract, action, rank);
ALTER TABLE ONLY public.action_public
    ADD CONSTRAINT pk_action_public PRIMARY KEY (contract, action, rank);
ALTER TABLE ONLY public.action_reference
    ADD CONSTRAINT pk_action_reference PRIMARY KEY (contract, action, kind, year, reference);
ALTER TABLE ONLY public.action_renewal
    ADD CONSTRAINT pk_action_renewal PRIMARY KEY (contract, action);
ALTER TABLE ONLY public.action_slice
    ADD CONSTRAINT pk_action_slice PRIMARY KEY (contract, action, kind);
ALTER TABLE ONLY public.action_status
    ADD CONSTRAINT pk_action_status PRIMARY KEY (contract, action, rank);
ALTER TABLE ONLY public.action_territory
    ADD CONSTRAINT pk_action_territory PRIMARY KEY (contract, action, territory);
ALTER TABLE ONLY public.appel
    ADD CONSTRAINT pk_appel PRIMARY KEY (contract, code);
ALTER TABLE ONLY public.appel_axis
    ADD CONSTRAINT pk_appel_axis PRIMARY KEY (contract, appel, axis);
ALTER TABLE ONLY public.appel_deadline
    ADD CONSTRAINT pk_appel_deadline PRIMARY KEY (contract, appel, label);
ALTER TABLE ONLY public.appel_line
    ADD CONSTRAINT pk_appel_line PRIMARY KEY (contract, appel, line);
ALTER TABLE ONLY public.avenant
    ADD CONSTRAINT pk_avenant PRIMARY KEY (contract, convention, rank);
ALTER TABLE ONLY public.avenant_line
    ADD CONSTRAINT pk_avenant_line PRIMARY KEY (contract, convention, rank, action, line);
ALTER TABLE ONLY public.avis
    ADD CONSTRAINT pk_avis PRIMARY KEY (contract, action, rank);
ALTER TABLE ONLY public.avis_letter
    ADD CONSTRAINT pk_avis_letter PRIMARY KEY (contract, action, rank);
ALTER TABLE ONLY public.bilan
    ADD CONSTRAINT pk_bilan PRIMARY KEY (contract, convention, action);
ALTER TABLE ONLY public.bilan_extension
    ADD CONSTRAINT pk_bilan_extension PRIMARY KEY (contract, convention, action, rank);
ALTER TABLE ONLY public.bilan_line
    ADD CONSTRAINT pk_bilan_line PRIMARY KEY (contract, convention, action, line);
ALTER TABLE ONLY public.bilan_reminder
    ADD CONSTRAINT pk_bilan_reminder PRIMARY KEY (contract, convention, action, rank);
ALTER TABLE ONLY public.bilan_sent
    ADD CONSTRAINT pk_bilan_sent PRIMARY KEY (contract, convention, rank);
ALTER TABLE ONLY public.brouillon
    ADD CONSTRAINT pk_brouillon PRIMARY KEY (contract, number);
ALTER TABLE ONLY public.chain_head
    ADD CONSTRAINT pk_chain_head PRIMARY KEY (contract);
ALTER TABLE ONLY public.chart_account
    ADD CONSTRAINT pk_chart_account PRIMARY KEY (nomenclature, variant, year, account);
ALTER TABLE ONLY public.closing_balance
    ADD CONSTRAINT pk_closing_balance PRIMARY KEY (contract, year);
ALTER TABLE ONLY public.closing_decision
    ADD CONSTRAINT pk_closing_decision PRIMARY KEY (contract, year, line, "position", convention, action, rank);
ALTER TABLE ONLY public.closing_point
    ADD CONSTRAINT pk_closing_point PRIMARY KEY (contract, year, rank);
ALTER TABLE ONLY public.closing_remainder
    ADD CONSTRAINT pk_closing_remainder PRIMARY KEY (contract, year, line, "position", convention, action);
ALTER TABLE ONLY public.commune
    ADD CONSTRAINT pk_commune PRIMARY KEY (insee);
ALTER TABLE ONLY public.compensation
    ADD CONSTRAINT pk_compensation PRIMARY KEY (contract, recette, convention);
ALTER TABLE ONLY public.contract
    ADD CONSTRAINT pk_contract PRIMARY KEY (code);
ALTER TABLE ONLY public.convention
    ADD CONSTRAINT pk_convention PRIMARY KEY (contract, number);
ALTER TABLE ONLY public.convention_line
    ADD CONSTRAINT pk_convention_line PRIMARY KEY (contract, convention, action, line);
ALTER TABLE ONLY public.convention_reference
    ADD CONSTRAINT pk_convention_reference PRIMARY KEY (contract, convention, kind, reference, year);
ALTER TABLE ONLY public.convention_slice
    ADD CONSTRAINT pk_convention_slice PRIMARY KEY (contract, convention, year, line);
ALTER TABLE ONLY public.convention_stage
    ADD CONSTRAINT pk_convention_stage PRIMARY KEY (contract, convention, rank);
ALTER TABLE ONLY public.convention_upstream
    ADD CONSTRAINT pk_convention_upstream PRIMARY KEY (contract, convention, upstream);
ALTER TABLE ONLY public.credit_line
    ADD CONSTRAINT pk_credit_line PRIMARY KEY (code);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT pk_decision PRIMARY KEY (contract, action, rank);
ALTER TABLE ONLY public.decision_amount
    ADD CONSTRAINT pk_decision_amount PRIMARY KEY (contract, action, rank, line);
ALTER TABLE ONLY public.direct_grant
    ADD CONSTRAINT pk_direct_grant PRIMARY KEY (contract, reference);
ALTER TABLE ONLY public.entry
    ADD CONSTRAINT pk_entry PRIMARY KEY (contract, sequence);
ALTER TABLE ONLY public.epci
    ADD CONSTRAINT pk_epci PRIMARY KEY (code);
ALTER TABLE ONLY public.exercice
    ADD CONSTRAINT pk_exercice PRIMARY KEY (contract, year);
ALTER TABLE ONLY public.financeur
    ADD CONSTRAINT pk_financeur PRIMARY KEY (code);
ALTER TABLE ONLY public.funding
    ADD CONSTRAINT pk_funding PRIMARY KEY (contract, action, line);
ALTER TABLE ONLY public.imported_file
    ADD CONSTRAINT pk_imported_file PRIMARY KEY (contract, number);
ALTER TABLE ONLY public.imported_row
    ADD CONSTRAINT pk_imported_row PRIMARY KEY (contract, file, rank);
ALTER TABLE ONLY public.instalment
    ADD CONSTRAINT pk_instalment PRIMARY KEY (contract, convention, rank, action, line);
ALTER TABLE ONLY public.line_certificate
    ADD CONSTRAINT pk_line_certificate PRIMARY KEY (contract, scenario, line);
ALTER TABLE ONLY public.month_known
    ADD CONSTRAINT pk_month_known PRIMARY KEY (contract);
ALTER TABLE ONLY public.month_total
    ADD CONSTRAINT pk_month_total PRIMARY KEY (contract, account, month);
ALTER TABLE ONLY public.objective
    ADD CONSTRAINT pk_objective PRIMARY KEY (code);
ALTER TABLE ONLY public.partner_row
    ADD CONSTRAINT pk_partner_row PRIMARY KEY (contract, profile, key, version);
ALTER TABLE ONLY public.payment
    ADD CONSTRAINT pk_payment PRIMARY KEY (contract, reference);
ALTER TABLE ONLY public.payment_order
    ADD CONSTRAINT pk_payment_order PRIMARY KEY (contract, reference);
ALTER TABLE ONLY public.payment_order_line
    ADD CONSTRAINT pk_payment_order_line PRIMARY KEY (contract, reference, rank);
ALTER TABLE ONLY public.personal_datum
    ADD CONSTRAINT pk_personal_datum PRIMARY KEY (contract, porteur, kind);
ALTER TABLE ONLY public.pin
    ADD CONSTRAINT pk_pin PRIMARY KEY (contract, action, line, rank);
ALTER TABLE ONLY public.plan_line
    ADD CONSTRAINT pk_plan_line PRIMARY KEY (contract, action, version, rank);
ALTER TABLE ONLY public.plan_version
    ADD CONSTRAINT pk_plan_version PRIMARY KEY (contract, action, rank);
ALTER TABLE ONLY public.porteur
    ADD CONSTRAINT pk_porteur PRIMARY KEY (code);
ALTER TABLE ONLY public.porteur_document
    ADD CONSTRAINT pk_porteur_document PRIMARY KEY (contract, porteur, kind);
ALTER TABLE ONLY public.post
    ADD CONSTRAINT pk_post PRIMARY KEY (contract, year, code);
ALTER TABLE ONLY public.post_absence
    ADD CONSTRAINT pk_post_absence PRIMARY KEY (contract, year, post, first_month);
ALTER TABLE ONLY public.post_commune
    ADD CONSTRAINT pk_post_commune PRIMARY KEY (contract, year, post, commune);
ALTER TABLE ONLY public.post_funding
    ADD CONSTRAINT pk_post_funding PRIMARY KEY (contract, year, post, line);
ALTER TABLE ONLY public.quartier_vecu
    ADD CONSTRAINT pk_quartier_vecu PRIMARY KEY (contract, year, territory);
ALTER TABLE ONLY public.reconciliation
    ADD CONSTRAINT pk_reconciliation PRIMARY KEY (contract, number);
ALTER TABLE ONLY public.reconciliation_line
    ADD CONSTRAINT pk_reconciliation_line PRIMARY KEY (contract, reconciliation, rank);
ALTER TABLE ONLY public.rule_version
    ADD CONSTRAINT pk_rule_version PRIMARY KEY (contract, id);
ALTER TABLE ONLY public.saved_profile
    ADD CONSTRAINT pk_saved_profile PRIMARY KEY (contract, name, version);
ALTER TABLE ONLY public.scenario
    ADD CONSTRAINT pk_scenario PRIMARY KEY (contract, name);
ALTER TABLE ONLY public.scenario_grant
    ADD CONSTRAINT pk_scenario_grant PRIMARY KEY (contract, scenario, action, line);
ALTER TABLE ONLY public.sent_workbook
    ADD CONSTRAINT pk_sent_workbook PRIMARY KEY (contract, number);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT pk_service PRIMARY KEY (contract, code);
ALTER TABLE ONLY public.set_off
    ADD CONSTRAINT pk_set_off PRIMARY KEY (contract, convention, action, line, year);
ALTER TABLE ONLY public.territory
    ADD CONSTRAINT pk_territory PRIMARY KEY (code);
ALTER TABLE ONLY public.territory_commune
    ADD CONSTRAINT pk_territory_commune PRIMARY KEY (territory, commune_name);
ALTER TABLE ONLY public.territory_population
    ADD CONSTRAINT pk_territory_population PRIMARY KEY (territory, commune, epci);
ALTER TABLE ONLY public.titre
    ADD CONSTRAINT pk_titre PRIMARY KEY (contract, reference);
ALTER TABLE ONLY public.transfer
    ADD CONSTRAINT pk_transfer PRIMARY KEY (contract, sequence, rank);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT uq_account_contract_position_line_year_convention_action UNIQUE (contract, "position", line, year, convention, action);
ALTER TABLE ONLY public.entry
    ADD CONSTRAINT uq_entry_contract_reference UNIQUE (contract, reference);
ALTER TABLE ONLY public.entry
    ADD CONSTRAINT uq_entry_contract_reverses UNIQUE (contract, reverses);
ALTER TABLE ONLY public.porteur
    ADD CONSTRAINT uq_porteur_siret UNIQUE (siret);
CREATE INDEX ix_account_action ON public.account USING btree (contract, action);
CREATE INDEX ix_account_convention ON public.account USING btree (contract, convention);
CREATE INDEX ix_account_year_line ON public.account USING btree (contract, year, line);
CREATE INDEX ix_action_contract_porteur ON public.action USING btree (contract, porteur);
CREATE INDEX ix_action_contract_year ON public.action USING btree (contract, year);
CREATE INDEX ix_action_reference_contract_reference ON public.action_reference USING btree (contract, reference);
CREATE INDEX ix_action_renewal_contract_previous ON public.action_renewal USING btree (contract, previous);
CREATE INDEX ix_avis_contract_service ON public.avis USING btree (contract, service);
CREATE INDEX ix_convention_contract_beneficiary ON public.convention USING btree (contract, beneficiary);
CREATE INDEX ix_convention_contract_year ON public.convention USING btree (contract, year);
CREATE INDEX ix_convention_reference_reference ON public.convention_reference USING btree (contract, kind, reference);
CREATE INDEX ix_convention_slice_opened_as ON public.convention_slice USING btree (contract, opened_as);
CREATE INDEX ix_convention_upstream_upstream ON public.convention_upstream USING btree (contract, upstream);
CREATE INDEX ix_direct_grant_action ON public.direct_grant USING btree (contract, action);
CREATE INDEX ix_entry_effect_on ON public.entry USING btree (contract, effect_on);
CREATE INDEX ix_funding_contract_line ON public.funding USING btree (contract, line);
CREATE INDEX ix_imported_row_sheet_key ON public.imported_row USING btree (contract, sheet, key);
CREATE INDEX ix_partner_row_siret ON public.partner_row USING btree (contract, siret);
CREATE INDEX ix_payment_contract_convention ON public.payment USING btree (contract, convention);
CREATE INDEX ix_payment_order_contract_convention ON public.payment_order USING btree (contract, convention);
CREATE INDEX ix_rule_version_code ON public.rule_version USING btree (contract, code);
CREATE INDEX ix_rule_version_supersedes ON public.rule_version USING btree (contract, supersedes);
CREATE INDEX ix_scenario_grant_action ON public.scenario_grant USING btree (contract, action);
CREATE INDEX ix_set_off_contract_beneficiary ON public.set_off USING btree (contract, beneficiary, line, year);
CREATE INDEX ix_titre_contract_convention ON public.titre USING btree (contract, convention);
CREATE INDEX ix_transfer_credit ON public.transfer USING btree (contract, credit_account);
CREATE INDEX ix_transfer_debit ON public.transfer USING btree (contract, debit_account);
CREATE TRIGGER account_append_only BEFORE DELETE OR TRUNCATE ON public.account FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER account_keeps BEFORE UPDATE ON public.account FOR EACH ROW WHEN (((pg_trigger_depth() < 1) OR (new.debit < old.debit) OR (new.credit < old.credit) OR (new.contract <> old.contract) OR (new.id <> old.id) OR (new."position" <> old."position") OR (new.side <> old.side) OR (new.line <> old.line) OR (new.year <> old.year) OR (new.convention <> old.convention) OR (new.action <> old.action))) EXECUTE FUNCTION public.cofiville_account_keeps();
CREATE TRIGGER account_new AFTER INSERT ON public.account REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_account_new();
CREATE TRIGGER action_status_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.action_status FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER avenant_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.avenant FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER avenant_line_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.avenant_line FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER avis_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.avis FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER chain_head_append_only BEFORE DELETE OR TRUNCATE ON public.chain_head FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER chain_head_counts AFTER INSERT OR UPDATE ON public.chain_head FOR EACH ROW EXECUTE FUNCTION public.cofiville_count_months();
CREATE TRIGGER chain_head_forward BEFORE INSERT OR UPDATE ON public.chain_head FOR EACH ROW EXECUTE FUNCTION public.cofiville_chain_forward();
CREATE TRIGGER closing_balance_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.closing_balance FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER closing_decision_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.closing_decision FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER closing_point_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.closing_point FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER closing_remainder_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.closing_remainder FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER convention_line_as_signed BEFORE DELETE OR UPDATE ON public.convention_line FOR EACH ROW EXECUTE FUNCTION public.cofiville_convention_line_as_signed();
CREATE TRIGGER decision_amount_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.decision_amount FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER decision_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.decision FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER direct_grant_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.direct_grant FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.entry FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER entry_next AFTER INSERT ON public.entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_entry_next();
CREATE TRIGGER entry_role AFTER INSERT ON public.entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_entry_role();
CREATE TRIGGER exercice_append_only BEFORE DELETE OR TRUNCATE ON public.exercice FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER exercice_closed BEFORE UPDATE ON public.exercice FOR EACH ROW EXECUTE FUNCTION public.cofiville_exercice_closed();
CREATE TRIGGER imported_file_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.imported_file FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER imported_row_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.imported_row FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER line_certificate_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.line_certificate FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER month_known_follows BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.month_known FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_months_follow();
CREATE TRIGGER month_total_follows BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.month_total FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_months_follow();
CREATE TRIGGER partner_row_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.partner_row FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER pin_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.pin FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER plan_line_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.plan_line FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER plan_version_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.plan_version FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER reconciliation_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.reconciliation FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER reconciliation_line_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.reconciliation_line FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER rule_version_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.rule_version FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER rule_version_next BEFORE INSERT ON public.rule_version FOR EACH ROW EXECUTE FUNCTION public.cofiville_rule_version_next();
CREATE TRIGGER saved_profile_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.saved_profile FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER scenario_append_only BEFORE DELETE OR TRUNCATE ON public.scenario FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER scenario_frozen BEFORE UPDATE ON public.scenario FOR EACH ROW EXECUTE FUNCTION public.cofiville_scenario_frozen();
CREATE TRIGGER scenario_grant_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.scenario_grant FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER sent_workbook_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.sent_workbook FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER transfer_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.transfer FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_refuse();
CREATE TRIGGER transfer_moves AFTER INSERT ON public.transfer REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.cofiville_transfer_moves();
ALTER TABLE ONLY public.action
    ADD CONSTRAINT fk_action_appel FOREIGN KEY (contract, appel) REFERENCES public.appel(contract, code);
ALTER TABLE ONLY public.action
    ADD CONSTRAINT fk_action_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.action_indicator
    ADD CONSTRAINT fk_action_indicator_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.action
    ADD CONSTRAINT fk_action_objective_objective FOREIGN KEY (objective) REFERENCES public.objective(code);
ALTER TABLE ONLY public.action
    ADD CONSTRAINT fk_action_porteur_porteur FOREIGN KEY (porteur) REFERENCES public.porteur(code);
ALTER TABLE ONLY public.action_public
    ADD CONSTRAINT fk_action_public_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.action_public
    ADD CONSTRAINT fk_action_public_epci_epci FOREIGN KEY (epci) REFERENCES public.epci(code);
ALTER TABLE ONLY public.action_public
    ADD CONSTRAINT fk_action_public_territory_territory FOREIGN KEY (territory) REFERENCES public.territory(code);
ALTER TABLE ONLY public.action_reference
    ADD CONSTRAINT fk_action_reference_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.action_renewal
    ADD CONSTRAINT fk_action_renewal_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.action_renewal
    ADD CONSTRAINT fk_action_renewal_previous FOREIGN KEY (contract, previous) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.action_slice
    ADD CONSTRAINT fk_action_slice_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.action_status
    ADD CONSTRAINT fk_action_status_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.action_territory
    ADD CONSTRAINT fk_action_territory_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.action_territory
    ADD CONSTRAINT fk_action_territory_territory_territory FOREIGN KEY (territory) REFERENCES public.territory(code);
ALTER TABLE ONLY public.appel_axis
    ADD CONSTRAINT fk_appel_axis_appel FOREIGN KEY (contract, appel) REFERENCES public.appel(contract, code);
ALTER TABLE ONLY public.appel
    ADD CONSTRAINT fk_appel_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.appel_deadline
    ADD CONSTRAINT fk_appel_deadline_appel FOREIGN KEY (contract, appel) REFERENCES public.appel(contract, code);
ALTER TABLE ONLY public.appel_line
    ADD CONSTRAINT fk_appel_line_appel FOREIGN KEY (contract, appel) REFERENCES public.appel(contract, code);
ALTER TABLE ONLY public.appel_line
    ADD CONSTRAINT fk_appel_line_credit_line_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.avenant
    ADD CONSTRAINT fk_avenant_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.avenant_line
    ADD CONSTRAINT fk_avenant_line_avenant FOREIGN KEY (contract, convention, rank) REFERENCES public.avenant(contract, convention, rank);
ALTER TABLE ONLY public.avenant_line
    ADD CONSTRAINT fk_avenant_line_convention_line FOREIGN KEY (contract, convention, action, line) REFERENCES public.convention_line(contract, convention, action, line);
ALTER TABLE ONLY public.avis
    ADD CONSTRAINT fk_avis_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.avis_letter
    ADD CONSTRAINT fk_avis_letter_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.avis
    ADD CONSTRAINT fk_avis_line_credit_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.avis
    ADD CONSTRAINT fk_avis_service FOREIGN KEY (contract, service) REFERENCES public.service(contract, code);
ALTER TABLE ONLY public.bilan
    ADD CONSTRAINT fk_bilan_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.bilan_extension
    ADD CONSTRAINT fk_bilan_extension_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.bilan_line
    ADD CONSTRAINT fk_bilan_line_bilan FOREIGN KEY (contract, convention, action) REFERENCES public.bilan(contract, convention, action);
ALTER TABLE ONLY public.bilan_line
    ADD CONSTRAINT fk_bilan_line_credit_line_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.bilan_reminder
    ADD CONSTRAINT fk_bilan_reminder_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.bilan_sent
    ADD CONSTRAINT fk_bilan_sent_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.brouillon
    ADD CONSTRAINT fk_brouillon_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.chain_head
    ADD CONSTRAINT fk_chain_head_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.closing_balance
    ADD CONSTRAINT fk_closing_balance_exercice FOREIGN KEY (contract, year) REFERENCES public.exercice(contract, year);
ALTER TABLE ONLY public.closing_decision
    ADD CONSTRAINT fk_closing_decision_credit_line_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.closing_decision
    ADD CONSTRAINT fk_closing_decision_exercice FOREIGN KEY (contract, year) REFERENCES public.exercice(contract, year);
ALTER TABLE ONLY public.closing_point
    ADD CONSTRAINT fk_closing_point_exercice FOREIGN KEY (contract, year) REFERENCES public.exercice(contract, year);
ALTER TABLE ONLY public.commune
    ADD CONSTRAINT fk_commune_epci_epci FOREIGN KEY (epci) REFERENCES public.epci(code);
ALTER TABLE ONLY public.compensation
    ADD CONSTRAINT fk_compensation_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.compensation
    ADD CONSTRAINT fk_compensation_recette FOREIGN KEY (contract, recette) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.convention
    ADD CONSTRAINT fk_convention_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.convention
    ADD CONSTRAINT fk_convention_financeur_payer FOREIGN KEY (payer) REFERENCES public.financeur(code);
ALTER TABLE ONLY public.convention_line
    ADD CONSTRAINT fk_convention_line_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.convention_line
    ADD CONSTRAINT fk_convention_line_credit_line_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.convention
    ADD CONSTRAINT fk_convention_porteur_beneficiary FOREIGN KEY (beneficiary) REFERENCES public.porteur(code);
ALTER TABLE ONLY public.convention_reference
    ADD CONSTRAINT fk_convention_reference_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.convention_slice
    ADD CONSTRAINT fk_convention_slice_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.convention_slice
    ADD CONSTRAINT fk_convention_slice_credit_line_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.convention_slice
    ADD CONSTRAINT fk_convention_slice_opened_as FOREIGN KEY (contract, opened_as) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.convention_stage
    ADD CONSTRAINT fk_convention_stage_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.convention_upstream
    ADD CONSTRAINT fk_convention_upstream_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.convention_upstream
    ADD CONSTRAINT fk_convention_upstream_upstream FOREIGN KEY (contract, upstream) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.credit_line
    ADD CONSTRAINT fk_credit_line_financeur_financeur FOREIGN KEY (financeur) REFERENCES public.financeur(code);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT fk_decision_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.decision_amount
    ADD CONSTRAINT fk_decision_amount_decision FOREIGN KEY (contract, action, rank) REFERENCES public.decision(contract, action, rank);
ALTER TABLE ONLY public.decision_amount
    ADD CONSTRAINT fk_decision_amount_line_credit_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.direct_grant
    ADD CONSTRAINT fk_direct_grant_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.entry
    ADD CONSTRAINT fk_entry_reverses FOREIGN KEY (contract, reverses) REFERENCES public.entry(contract, sequence);
ALTER TABLE ONLY public.exercice
    ADD CONSTRAINT fk_exercice_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.funding
    ADD CONSTRAINT fk_funding_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.funding
    ADD CONSTRAINT fk_funding_credit_line_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.imported_file
    ADD CONSTRAINT fk_imported_file_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.imported_row
    ADD CONSTRAINT fk_imported_row_file FOREIGN KEY (contract, file) REFERENCES public.imported_file(contract, number);
ALTER TABLE ONLY public.instalment
    ADD CONSTRAINT fk_instalment_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.instalment
    ADD CONSTRAINT fk_instalment_convention_line FOREIGN KEY (contract, convention, action, line) REFERENCES public.convention_line(contract, convention, action, line);
ALTER TABLE ONLY public.line_certificate
    ADD CONSTRAINT fk_line_certificate_scenario FOREIGN KEY (contract, scenario) REFERENCES public.scenario(contract, name);
ALTER TABLE ONLY public.month_known
    ADD CONSTRAINT fk_month_known_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.partner_row
    ADD CONSTRAINT fk_partner_row_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.payment
    ADD CONSTRAINT fk_payment_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.payment_order
    ADD CONSTRAINT fk_payment_order_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.payment_order_line
    ADD CONSTRAINT fk_payment_order_line_payment_order FOREIGN KEY (contract, reference) REFERENCES public.payment_order(contract, reference);
ALTER TABLE ONLY public.personal_datum
    ADD CONSTRAINT fk_personal_datum_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.personal_datum
    ADD CONSTRAINT fk_personal_datum_porteur_porteur FOREIGN KEY (porteur) REFERENCES public.porteur(code);
ALTER TABLE ONLY public.pin
    ADD CONSTRAINT fk_pin_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.pin
    ADD CONSTRAINT fk_pin_line_credit_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.plan_line
    ADD CONSTRAINT fk_plan_line_credit_line_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.plan_line
    ADD CONSTRAINT fk_plan_line_plan_version FOREIGN KEY (contract, action, version) REFERENCES public.plan_version(contract, action, rank);
ALTER TABLE ONLY public.plan_version
    ADD CONSTRAINT fk_plan_version_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.porteur_document
    ADD CONSTRAINT fk_porteur_document_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.porteur_document
    ADD CONSTRAINT fk_porteur_document_porteur_porteur FOREIGN KEY (porteur) REFERENCES public.porteur(code);
ALTER TABLE ONLY public.post_absence
    ADD CONSTRAINT fk_post_absence_post FOREIGN KEY (contract, year, post) REFERENCES public.post(contract, year, code);
ALTER TABLE ONLY public.post
    ADD CONSTRAINT fk_post_action FOREIGN KEY (contract, action) REFERENCES public.action(contract, number);
ALTER TABLE ONLY public.post_commune
    ADD CONSTRAINT fk_post_commune_commune_commune FOREIGN KEY (commune) REFERENCES public.commune(insee);
ALTER TABLE ONLY public.post_commune
    ADD CONSTRAINT fk_post_commune_post FOREIGN KEY (contract, year, post) REFERENCES public.post(contract, year, code);
ALTER TABLE ONLY public.post
    ADD CONSTRAINT fk_post_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.post_funding
    ADD CONSTRAINT fk_post_funding_credit_line_line FOREIGN KEY (line) REFERENCES public.credit_line(code);
ALTER TABLE ONLY public.post_funding
    ADD CONSTRAINT fk_post_funding_post FOREIGN KEY (contract, year, post) REFERENCES public.post(contract, year, code);
ALTER TABLE ONLY public.post
    ADD CONSTRAINT fk_post_porteur_porteur FOREIGN KEY (porteur) REFERENCES public.porteur(code);
ALTER TABLE ONLY public.quartier_vecu
    ADD CONSTRAINT fk_quartier_vecu_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.quartier_vecu
    ADD CONSTRAINT fk_quartier_vecu_territory_qpv FOREIGN KEY (qpv) REFERENCES public.territory(code);
ALTER TABLE ONLY public.quartier_vecu
    ADD CONSTRAINT fk_quartier_vecu_territory_territory FOREIGN KEY (territory) REFERENCES public.territory(code);
ALTER TABLE ONLY public.reconciliation
    ADD CONSTRAINT fk_reconciliation_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.reconciliation_line
    ADD CONSTRAINT fk_reconciliation_line_reconciliation FOREIGN KEY (contract, reconciliation) REFERENCES public.reconciliation(contract, number);
ALTER TABLE ONLY public.closing_remainder
    ADD CONSTRAINT fk_remainder_exercice FOREIGN KEY (contract, year) REFERENCES public.exercice(contract, year);
ALTER TABLE ONLY public.rule_version
    ADD CONSTRAINT fk_rule_version_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.rule_version
    ADD CONSTRAINT fk_rule_version_supersedes FOREIGN KEY (contract, supersedes) REFERENCES public.rule_version(contract, id);
ALTER TABLE ONLY public.saved_profile
    ADD CONSTRAINT fk_saved_profile_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.scenario
    ADD CONSTRAINT fk_scenario_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.scenario_grant
    ADD CONSTRAINT fk_scenario_grant_scenario FOREIGN KEY (contract, scenario) REFERENCES public.scenario(contract, name);
ALTER TABLE ONLY public.sent_workbook
    ADD CONSTRAINT fk_sent_workbook_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT fk_service_contract_contract FOREIGN KEY (contract) REFERENCES public.contract(code);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT fk_service_financeur_financeur FOREIGN KEY (financeur) REFERENCES public.financeur(code);
ALTER TABLE ONLY public.set_off
    ADD CONSTRAINT fk_set_off_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
ALTER TABLE ONLY public.set_off
    ADD CONSTRAINT fk_set_off_porteur_beneficiary FOREIGN KEY (beneficiary) REFERENCES public.porteur(code);
ALTER TABLE ONLY public.territory_commune
    ADD CONSTRAINT fk_territory_commune_territory_territory FOREIGN KEY (territory) REFERENCES public.territory(code);
ALTER TABLE ONLY public.territory
    ADD CONSTRAINT fk_territory_epci_epci FOREIGN KEY (epci) REFERENCES public.epci(code);
ALTER TABLE ONLY public.territory_population
    ADD CONSTRAINT fk_territory_population_epci_epci FOREIGN KEY (epci) REFERENCES public.epci(code);
ALTER TABLE ONLY public.territory_population
    ADD CONSTRAINT fk_territory_population_territory_territory FOREIGN KEY (territory) REFERENCES public.territory(code);
ALTER TABLE ONLY public.titre
    ADD CONSTRAINT fk_titre_convention FOREIGN KEY (contract, convention) REFERENCES public.convention(contract, number);
INSERT INTO public.alembic_version VALUES ('0023');
