import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.util.*;
import java.util.concurrent.*;
import javax.net.ssl.*;

/** Dial each port with each store: Handshakes PROVIDER ALGORITHM < "port n base64 ... " lines. */
public class Handshakes {
    public static void main(String[] args) throws Exception {
        String provider = args[0];
        String algorithm = args[1];
        if (provider.equals("BCJSSE")) {
            Security.insertProviderAt((Provider) Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider").getDeclaredConstructor().newInstance(), 1);
            Security.insertProviderAt((Provider) Class.forName("org.bouncycastle.jsse.provider.BouncyCastleJsseProvider").getDeclaredConstructor().newInstance(), 2);
        }
        ExecutorService pool = Executors.newFixedThreadPool(2);
        List<Future<String>> answers = new ArrayList<>();
        for (String line : new String(System.in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
            answers.add(pool.submit(() -> dial(provider, algorithm, line.split(" "))));
        }
        StringBuilder out = new StringBuilder();
        for (Future<String> answer : answers) {
            out.append(answer.get().replace('\n', ' ')).append('\n');
        }
        pool.shutdown();
        System.out.print(out);
    }

    static String dial(String provider, String algorithm, String[] words) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (int i = 1; i < words.length; i++) {
                byte[] der = Base64.getDecoder().decode(words[i]);
                store.setCertificateEntry("a" + i, factory.generateCertificate(new java.io.ByteArrayInputStream(der)));
            }
            boolean bc = provider.equals("BCJSSE");
            TrustManagerFactory managers = bc ? TrustManagerFactory.getInstance(algorithm, provider) : TrustManagerFactory.getInstance(algorithm);
            managers.init(store);
            SSLContext context = bc ? SSLContext.getInstance("TLS", provider) : SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", Integer.parseInt(words[0]))) {
                socket.setSoTimeout(20000);
                socket.startHandshake();
                socket.getInputStream().read();
                return "ok";
            }
        } catch (Throwable thrown) {
            StringBuilder text = new StringBuilder();
            for (Throwable one = thrown; one != null && one != one.getCause(); one = one.getCause()) {
                text.append(text.length() == 0 ? "" : " | ").append(one);
            }
            return text.toString();
        }
    }
}
