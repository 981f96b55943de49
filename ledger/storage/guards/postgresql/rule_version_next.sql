-- Two versions of one rule never hold on the same day, but where one supersedes the other.
CREATE OR REPLACE FUNCTION public.cofiville_rule_version_next()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
    END $function$;

CREATE TRIGGER rule_version_next BEFORE INSERT ON public.rule_version FOR EACH ROW
    EXECUTE FUNCTION cofiville_rule_version_next();
