-- An entry bears the role of the server that writes it; the owner of the tables alone writes those of others.
CREATE OR REPLACE FUNCTION public.cofiville_entry_role()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    BEGIN
      IF EXISTS (SELECT 1 FROM added WHERE database_role <> session_user)
         AND NOT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
        RAISE EXCEPTION 'cofiville:an entry bears the role that writes it'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $function$;

CREATE TRIGGER entry_role AFTER INSERT ON public.entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_entry_role();
