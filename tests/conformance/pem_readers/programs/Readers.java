import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.TreeSet;

/** Say of each file on standard input which certificates a CertificateFactory generates. */
public class Readers {
    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        StringBuilder out = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; ) {
            try (FileInputStream file = new FileInputStream(line)) {
                TreeSet<String> names = new TreeSet<>();
                for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                    String name = ((X509Certificate) one).getSubjectX500Principal().getName();
                    names.add(name.replaceFirst("^CN=", ""));
                }
                out.append(String.join("", names)).append('\n');
            } catch (Exception error) {
                out.append("refused\n");
            }
        }
        System.out.print(out);
    }
}
