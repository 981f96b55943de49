-- Rows of sealed_act are written once, never changed, deleted nor replaced.
CREATE TRIGGER sealed_act_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.sealed_act
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
