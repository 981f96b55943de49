-- What the triggers of the totals of months run.
CREATE OR REPLACE FUNCTION public.cofiville_months_follow()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
    BEGIN
      IF TG_OP IN ('DELETE', 'TRUNCATE') OR pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'cofiville:months follow the chain' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $function$;
