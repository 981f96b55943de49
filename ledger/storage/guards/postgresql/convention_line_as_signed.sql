-- What was signed stays as signed: the lines of a convention change only until then.
CREATE OR REPLACE FUNCTION public.cofiville_convention_line_as_signed()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF OLD.contract = NEW.contract AND OLD.convention = NEW.convention AND OLD.action = NEW.action AND
          OLD.line = NEW.line AND OLD.amount = NEW.amount AND OLD.terms = NEW.terms THEN
          RETURN NEW;
        END IF;
      END IF;
      IF (SELECT state FROM convention WHERE contract = OLD.contract AND number = OLD.convention) <> 'brouillon' THEN
        RAISE EXCEPTION 'cofiville:convention_line keeps what was signed'
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      RETURN NEW;
    END $function$;

CREATE TRIGGER convention_line_as_signed BEFORE DELETE OR UPDATE ON public.convention_line FOR EACH ROW
    EXECUTE FUNCTION cofiville_convention_line_as_signed();
