# Connect with mysql2: a JSON object a line on standard input.
# Prints t with TLS, f without, or the error.
require 'json'
require 'mysql2'

$stdout.sync = true
$stdin.each_line do |line|
  begin
    client = Mysql2::Client.new(username: 'app', password: 'pw', **JSON.parse(line, symbolize_names: true))
    row = client.query("show status like 'Ssl_version'", as: :array).first
    client.close
    puts row[1].empty? ? 'f' : 't'
  rescue StandardError => e
    puts "error: #{e.class} #{e.message.split.join(' ')}"
  end
end
