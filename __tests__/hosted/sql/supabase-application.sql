-- What an application at Supabase has beside application.sql: users, profiles, buckets, policies, realtime.
INSERT INTO auth.users (id, email) SELECT ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, format('u%s@example.org', n)
  FROM generate_series(1, 5) n;
INSERT INTO auth.identities SELECT id, id, 'email' FROM auth.users;
INSERT INTO auth.refresh_tokens (token, user_id) SELECT 'token ' || email, id::text FROM auth.users;
INSERT INTO storage.buckets SELECT 'pictures', 'pictures', id FROM auth.users LIMIT 1;
INSERT INTO storage.objects (id, bucket_id, name) VALUES ('10000000-0000-0000-0000-000000000001', 'pictures', 'one/a.png');
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, nickname text);
INSERT INTO public.profiles SELECT id, split_part(email, '@', 1) FROM auth.users;
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY "Own profile" ON public.profiles FOR SELECT TO authenticated USING (auth.uid() = id);
CREATE FUNCTION public.handle_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
begin
  insert into public.profiles values (new.id, new.email);
  return new;
end
$$;
CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();
CREATE FUNCTION public.may_see(text) RETURNS boolean LANGUAGE sql AS $$select $1 like 'one/%'$$;
CREATE POLICY "Own pictures" ON storage.objects FOR SELECT TO authenticated USING (bucket_id = 'pictures' AND public.may_see(name));
CREATE POLICY "Uploads" ON storage.objects FOR INSERT TO authenticated WITH CHECK (bucket_id = 'pictures');
COMMENT ON POLICY "Uploads" ON storage.objects IS 'into one bucket';
-- A table that the API must never see: the default privileges gave it away, and this took it back.
CREATE TABLE public.secrets (id int PRIMARY KEY, value text);
INSERT INTO public.secrets VALUES (1, 'not for anon');
REVOKE ALL ON public.secrets FROM anon, authenticated;
GRANT USAGE ON SCHEMA shop TO authenticated;
GRANT SELECT ON shop.orders TO authenticated;
ALTER PUBLICATION supabase_realtime ADD TABLE public.profiles;
