-- A closed exercice never changes; an open one keeps its contract and year.
CREATE OR REPLACE FUNCTION public.cofiville_exercice_closed()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
    BEGIN
      IF OLD.closed_on IS NOT NULL OR NEW.contract <> OLD.contract OR NEW.year <> OLD.year THEN
        RAISE EXCEPTION 'cofiville:a closed exercice never changes' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $function$;

CREATE TRIGGER exercice_closed BEFORE UPDATE ON public.exercice FOR EACH ROW
    EXECUTE FUNCTION cofiville_exercice_closed();
