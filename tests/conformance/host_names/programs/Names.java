import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.util.*;
import java.util.concurrent.*;
import javax.net.ssl.*;

/**
 * Compare names: "Names JSSE|BCJSSE ROOT" dials with "host in hex, port" lines and the HTTPS rules of
 * endpoint identification; "Names pgjdbc" has certificates in base64 for ports, and asks the driver.
 */
public class Names {
    static SSLSocketFactory sockets;
    static HostnameVerifier driver;

    public static void main(String[] args) throws Exception {
        if (args[0].equals("pgjdbc")) {
            Class<?> type = Class.forName("org.postgresql.ssl.PGjdbcHostnameVerifier");
            driver = (HostnameVerifier) type.getField("INSTANCE").get(null);
        } else {
            sockets = sockets(args[0].equals("BCJSSE"), Path.of(args[1]));
        }
        ExecutorService pool = Executors.newFixedThreadPool(2);
        List<Future<String>> answers = new ArrayList<>();
        for (String line : new String(System.in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
            String[] words = line.split(" ");
            String host = new String(HexFormat.of().parseHex(words[0].substring(1)), StandardCharsets.UTF_8);
            answers.add(pool.submit(() -> sockets == null ? compare(host, words[1]) : dial(host, Integer.parseInt(words[1]))));
        }
        StringBuilder out = new StringBuilder();
        for (Future<String> answer : answers) {
            out.append(answer.get().replace('\n', ' ')).append('\n');
        }
        pool.shutdown();
        System.out.write(out.toString().getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    static SSLSocketFactory sockets(boolean bouncy, Path root) throws Exception {
        if (bouncy) {
            Security.insertProviderAt((Provider) Class.forName("org.bouncycastle.jce.provider.BouncyCastleProvider").getDeclaredConstructor().newInstance(), 1);
            Security.insertProviderAt((Provider) Class.forName("org.bouncycastle.jsse.provider.BouncyCastleJsseProvider").getDeclaredConstructor().newInstance(), 2);
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("root", parsed(Files.readAllBytes(root)));
        TrustManagerFactory managers = bouncy ? TrustManagerFactory.getInstance("PKIX", "BCJSSE") : TrustManagerFactory.getInstance("PKIX");
        managers.init(store);
        SSLContext context = bouncy ? SSLContext.getInstance("TLS", "BCJSSE") : SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    static java.security.cert.Certificate parsed(byte[] encoded) throws CertificateException {
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }

    static String dial(String host, int port) {
        try (Socket plain = new Socket("127.0.0.1", port);
                SSLSocket socket = (SSLSocket) sockets.createSocket(plain, host, port, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(20000);
            socket.startHandshake();
            socket.getInputStream().read();
            return "+";
        } catch (Throwable thrown) {
            return told(thrown);
        }
    }

    static String compare(String host, String certificate) {
        try {
            X509Certificate[] chain = {(X509Certificate) parsed(Base64.getDecoder().decode(certificate))};
            SSLSession session = (SSLSession) Proxy.newProxyInstance(Names.class.getClassLoader(), new Class<?>[] {SSLSession.class}, (self, method, arguments) -> method.getName().equals("getPeerCertificates") ? chain : null);
            return driver.verify(host, session) ? "+" : "-\tnot verified";
        } catch (Throwable thrown) {
            return told(thrown);
        }
    }

    static String told(Throwable thrown) {
        StringBuilder text = new StringBuilder("-\t");
        for (Throwable one = thrown; one != null && one != one.getCause(); one = one.getCause()) {
            text.append(text.length() == 2 ? "" : " | ").append(one);
        }
        return text.toString();
    }
}
