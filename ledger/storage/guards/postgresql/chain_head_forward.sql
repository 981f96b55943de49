-- The head of a chain only moves forward, to the seal of an entry.
CREATE OR REPLACE FUNCTION public.cofiville_chain_forward()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    BEGIN
      IF TG_OP = 'UPDATE' AND (NEW.contract <> OLD.contract OR NEW.sequence <= OLD.sequence) THEN
        RAISE EXCEPTION 'cofiville:the chain only grows' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF NOT EXISTS (SELECT 1 FROM entry WHERE contract = NEW.contract AND sequence = NEW.sequence
        AND seal = NEW.seal) THEN
        RAISE EXCEPTION 'cofiville:the head is the seal of an entry' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $function$;

CREATE TRIGGER chain_head_forward BEFORE INSERT OR UPDATE ON public.chain_head FOR EACH ROW
    EXECUTE FUNCTION cofiville_chain_forward();
