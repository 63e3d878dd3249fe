import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.sql.Connection;
import java.sql.DriverManager;

/** Connects to each URL on standard input; prints the error of each. */
final class ConnectSqlServer {
    public static void main(String[] words) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String url = lines.readLine(); url != null; url = lines.readLine()) {
            String said = "connected";
            try (Connection connection = DriverManager.getConnection(url, "app", "pw")) {
                said = "connected";
            } catch (Exception error) {
                said = String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
            }
            System.out.println(said);
            System.out.flush();
        }
    }
}
