import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Prints the subjects that the PKIX trust manager of this JVM takes from a JKS. */
public class Anchors {
    public static void main(String[] arguments) throws Exception {
        for (String file : arguments) {
            KeyStore store = KeyStore.getInstance("JKS");
            try (FileInputStream in = new FileInputStream(file)) {
                store.load(in, null);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            X509TrustManager manager = (X509TrustManager) factory.getTrustManagers()[0];
            StringBuilder line = new StringBuilder();
            for (X509Certificate one : manager.getAcceptedIssuers()) {
                line.append(one.getSubjectX500Principal().getName()).append(' ');
            }
            System.out.println(line.toString().trim());
        }
    }
}
