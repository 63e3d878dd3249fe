import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;

/** Connects with pgjdbc to each URL on standard input; prints t with TLS, f without. */
final class Connect {
    public static void main(String[] words) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String url = lines.readLine(); url != null; url = lines.readLine()) {
            String question = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
            try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                    ResultSet rows = connection.createStatement().executeQuery(question)) {
                rows.next();
                System.out.println(rows.getBoolean(1) ? "t" : "f");
            } catch (Exception error) {
                System.out.println("error: " + error.getMessage().replace('\n', ' '));
            }
        }
    }
}
