import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;

/** Connects to each URL on standard input; prints t with TLS, f without, or the error. */
final class ConnectMysql {
    public static void main(String[] words) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String url = lines.readLine(); url != null; url = lines.readLine()) {
            String question = "show status like 'Ssl_version'";
            try (Connection connection = DriverManager.getConnection(url, "app", "pw");
                    ResultSet rows = connection.createStatement().executeQuery(question)) {
                rows.next();
                System.out.println(rows.getString(2).isEmpty() ? "f" : "t");
            } catch (Exception error) {
                StringBuilder said = new StringBuilder("error: ");
                for (Throwable each = error; each != null; each = each.getCause()) {
                    said.append(' ').append(each.getMessage());
                }
                System.out.println(said.toString().replaceAll("\\s+", " "));
            }
        }
    }
}
