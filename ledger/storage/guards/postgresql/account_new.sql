-- An account starts empty, in a contract of the base, and there is one for each key.
CREATE OR REPLACE FUNCTION public.cofiville_account_new()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    BEGIN
      IF EXISTS (SELECT 1 FROM added WHERE debit <> 0 OR credit <> 0) THEN
        RAISE EXCEPTION 'cofiville:an account starts empty' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF EXISTS (SELECT contract FROM added EXCEPT SELECT code FROM contract) THEN
        RAISE EXCEPTION 'cofiville:account without contract' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $function$;

CREATE TRIGGER account_new AFTER INSERT ON public.account REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_account_new();
