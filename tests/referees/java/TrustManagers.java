import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
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
 * or what was thrown. "names" and two names in DER: "equal" or "different". "BCJSSE" and "bcnames" ask
 * BouncyCastle, whose providers stand first from then on.
 */
public class TrustManagers {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String job = jobs.readLine(); job != null; job = jobs.readLine()) {
            String answer;
            try {
                String[] fields = job.split("\t", 3);
                switch (fields[0]) {
                    case "names":
                        answer = compared(new X500Principal(bytes(fields[1])), new X500Principal(bytes(fields[2])));
                        break;
                    case "bcnames":
                        answer = compared(bouncyName(fields[1]), bouncyName(fields[2]));
                        break;
                    default:
                        answer = checked(fields);
                }
            } catch (Exception thrown) {
                answer = thrown.toString();
            }
            out.println(answer.replaceAll("[\r\n]+", " "));
        }
        out.flush();
    }

    private static String compared(Object one, Object other) {
        return one.equals(other) ? "equal" : "different";
    }

    private static Object bouncyName(String der) throws Exception {
        return Class.forName("org.bouncycastle.asn1.x500.X500Name")
                .getMethod("getInstance", Object.class).invoke(null, bytes(der));
    }

    private static TrustManagerFactory factory(String algorithm) throws Exception {
        if (!algorithm.equals("BCJSSE")) {
            return TrustManagerFactory.getInstance(algorithm);
        }
        if (Security.getProvider("BCJSSE") == null) {
            for (String one : new String[] {
                    "org.bouncycastle.jsse.provider.BouncyCastleJsseProvider",
                    "org.bouncycastle.jce.provider.BouncyCastleProvider"}) {
                Security.insertProviderAt((Provider) Class.forName(one).getConstructor().newInstance(), 1);
            }
        }
        return TrustManagerFactory.getInstance("PKIX", "BCJSSE");
    }

    private static String checked(String[] fields) throws Exception {
        TrustManagerFactory factory = factory(fields[0]);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        X509Certificate[] anchors = certificates(fields[1]);
        for (int i = 0; i < anchors.length; i++) {
            store.setCertificateEntry("entry" + i, anchors[i]);
        }
        factory.init(store);
        // NOTE: BouncyCastle knows no "UNKNOWN".
        String exchange = fields[0].equals("BCJSSE") ? "ECDHE_ECDSA" : "UNKNOWN";
        ((X509TrustManager) factory.getTrustManagers()[0]).checkServerTrusted(certificates(fields[2]), exchange);
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
