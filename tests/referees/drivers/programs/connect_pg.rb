# Connect with pg: `connect_pg.rb URL`; prints t with TLS, f without, or the error.
require 'pg'

begin
  connection = PG.connect(ARGV[0])
  puts connection.exec('select ssl from pg_stat_ssl where pid = pg_backend_pid()').getvalue(0, 0)
rescue PG::Error => e
  puts "error: #{e.message.split.join(' ')}"
end
