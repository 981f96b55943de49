-- Rows of sent_workbook are written once, never changed, deleted nor replaced.
CREATE TRIGGER sent_workbook_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.sent_workbook
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
