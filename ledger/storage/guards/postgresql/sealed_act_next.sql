-- An act comes right after the last one of its chain, and bears the role of the server that writes it; the owner of the
-- tables alone writes those of others.
CREATE OR REPLACE FUNCTION public.cofiville_sealed_act_next()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    BEGIN
      IF EXISTS (SELECT 1 FROM added WHERE number <> 1 AND NOT EXISTS (SELECT 1 FROM sealed_act AS before
          WHERE before.contract = added.contract AND before.number = added.number - 1)) THEN
        RAISE EXCEPTION 'cofiville:an act comes after the last one' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF EXISTS (SELECT 1 FROM added WHERE database_role <> session_user)
         AND NOT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
        RAISE EXCEPTION 'cofiville:an act bears the role that writes it'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $function$;

CREATE TRIGGER sealed_act_next AFTER INSERT ON public.sealed_act REFERENCING NEW TABLE AS added FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_sealed_act_next();
