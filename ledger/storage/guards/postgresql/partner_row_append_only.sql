-- Rows of partner_row are written once, never changed, deleted nor replaced.
CREATE TRIGGER partner_row_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.partner_row
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
