CREATE FUNCTION resolve(query text) RETURNS jsonb LANGUAGE sql AS 'select to_jsonb(query)';
CREATE FUNCTION comment_directive(text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS 'select to_jsonb($1)';
