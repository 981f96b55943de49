-- What the triggers of append-only tables run.
CREATE OR REPLACE FUNCTION public.cofiville_refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    BEGIN
      RAISE EXCEPTION 'cofiville:% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END $function$;
