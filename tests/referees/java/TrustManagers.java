import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * Asks trust managers about chains, and X500Principal about names: a line of answer for each job.
 *
 * A job is a line on standard input of three fields, separated by tabs. "PKIX" or "SunX509", the trust
 * anchors and the chain, the server first: certificates in base64, separated by commas; the answer is "ok",
 * or what was thrown. "names" and two names in DER: "equal" or "different".
 */
public class TrustManagers {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String job = jobs.readLine(); job != null; job = jobs.readLine()) {
            String answer;
            try {
                String[] fields = job.split("\t", 3);
                answer = fields[0].equals("names") ? compared(fields[1], fields[2]) : checked(fields);
            } catch (Exception thrown) {
                answer = thrown.toString();
            }
            out.println(answer.replaceAll("[\r\n]+", " "));
        }
        out.flush();
    }

    private static String compared(String one, String other) {
        return new X500Principal(bytes(one)).equals(new X500Principal(bytes(other))) ? "equal" : "different";
    }

    private static String checked(String[] fields) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        X509Certificate[] anchors = certificates(fields[1]);
        for (int i = 0; i < anchors.length; i++) {
            store.setCertificateEntry("entry" + i, anchors[i]);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(fields[0]);
        factory.init(store);
        ((X509TrustManager) factory.getTrustManagers()[0]).checkServerTrusted(certificates(fields[2]), "UNKNOWN");
        return "ok";
    }

    private static X509Certificate[] certificates(String field) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        String[] texts = field.split(",");
        X509Certificate[] found = new X509Certificate[texts.length];
        for (int i = 0; i < texts.length; i++) {
            found[i] = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes(texts[i])));
        }
        return found;
    }

    private static byte[] bytes(String base64) {
        return Base64.getDecoder().decode(base64);
    }
}
