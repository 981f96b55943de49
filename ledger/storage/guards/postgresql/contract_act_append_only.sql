-- Rows of contract_act are written once, never changed, deleted nor replaced.
CREATE TRIGGER contract_act_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.contract_act
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
