CREATE TABLE public.teams (id int PRIMARY KEY, leader uuid REFERENCES auth.users);
CREATE FUNCTION public.in_team() RETURNS boolean LANGUAGE sql AS $$select true$$;
CREATE POLICY "Team pictures" ON storage.objects FOR SELECT TO authenticated USING (public.in_team());
CREATE POLICY "Team uploads" ON storage.objects FOR INSERT TO authenticated WITH CHECK (bucket_id = 'teams');
DROP POLICY "Own pictures" ON storage.objects;
DROP TRIGGER on_auth_user_created ON auth.users;
ALTER TABLE public.secrets ADD COLUMN more text;
GRANT SELECT ON public.secrets TO anon;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM service_role;
