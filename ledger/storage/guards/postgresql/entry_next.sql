-- An entry comes after the last one sealed, on a day of an open exercice; its reference is new.
CREATE OR REPLACE FUNCTION public.cofiville_entry_next()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
    END $function$;

CREATE TRIGGER entry_next AFTER INSERT ON public.entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_entry_next();
