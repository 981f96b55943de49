-- Rows of base_origin are written once, never changed, deleted nor replaced.
CREATE TRIGGER base_origin_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.base_origin
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
