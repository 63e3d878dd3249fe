# Connect with a driver of Perl: `connect_dbi.pl DSN`, or a DSN of DBI a line on standard input.
# Prints t with TLS, f without, or the error.
use strict;
use warnings;
use DBI;

my $mysql    = "show status like 'Ssl_version'";
my $postgres = "select 1, case when ssl then 1 end from pg_stat_ssl where pid = pg_backend_pid()";
$| = 1;
local $SIG{__WARN__} = sub { };
for my $dsn (@ARGV ? @ARGV : <STDIN>) {
    chomp $dsn;
    my ($question, @user) = $dsn =~ /^dbi:Pg/ ? ($postgres, '', '') : ($mysql, 'app', 'pw');
    my $answer = eval {
        my $connection = DBI->connect($dsn, @user, { RaiseError => 1, PrintError => 0 });
        my @row = $connection->selectrow_array($question);
        $connection->disconnect;
        $row[1] ? 't' : 'f';
    };
    print defined $answer ? $answer : 'error: ' . ($@ =~ s/\s+/ /gr), "\n";
}
