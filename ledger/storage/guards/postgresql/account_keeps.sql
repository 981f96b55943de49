-- An account keeps its identity; its totals follow transfers.
CREATE OR REPLACE FUNCTION public.cofiville_account_keeps()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
    BEGIN
      RAISE EXCEPTION 'cofiville:account keeps its identity, its totals follow transfers'
        USING ERRCODE = 'integrity_constraint_violation';
    END $function$;

CREATE TRIGGER account_keeps BEFORE UPDATE ON public.account FOR EACH ROW WHEN (((pg_trigger_depth() < 1)
    OR (new.debit < old.debit) OR (new.credit < old.credit) OR (new.contract <> old.contract)
    OR (new.id <> old.id) OR (new."position" <> old."position") OR (new.side <> old.side)
    OR (new.line <> old.line) OR (new.year <> old.year) OR (new.convention <> old.convention)
    OR (new.action <> old.action))) EXECUTE FUNCTION cofiville_account_keeps();
