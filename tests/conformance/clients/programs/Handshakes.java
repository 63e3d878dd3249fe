import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.sql.DriverManager;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** Tries many handshakes in one JVM, see clients/client.py: [pkix|sunx509|bc|pgjdbc|jvm] [JKS|PKCS12]. */
public class Handshakes {
    static final char[] PASSWORD = "changeit".toCharArray();
    static final Map<String, SSLContext> CONTEXTS = new HashMap<>();

    interface Connect {
        void to(String store, int port, String host) throws Exception;
    }

    /** The store as the JDK writes it, in the format asked for. */
    static byte[] written(String pem, String type) throws Exception {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        int number = 0;
        byte[] text = Files.readAllBytes(Path.of(pem));
        for (Certificate one : CertificateFactory.getInstance("X.509", "SUN")
                .generateCertificates(new ByteArrayInputStream(text))) {
            store.setCertificateEntry("entry" + number++, one);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, PASSWORD);
        return out.toByteArray();
    }

    static SSLContext context(String pem, String type, String algorithm, String provider) throws Exception {
        if (CONTEXTS.containsKey(pem)) {
            return CONTEXTS.get(pem);
        }
        KeyStore store = KeyStore.getInstance(type);
        store.load(new ByteArrayInputStream(written(pem, type)), PASSWORD);
        TrustManagerFactory factory = provider == null
                ? TrustManagerFactory.getInstance(algorithm) : TrustManagerFactory.getInstance(algorithm, provider);
        factory.init(store);
        SSLContext context = provider == null
                ? SSLContext.getInstance("TLS") : SSLContext.getInstance("TLS", provider);
        context.init(null, factory.getTrustManagers(), null);
        CONTEXTS.put(pem, context);
        return context;
    }

    static Connect socket(String type, String algorithm, String provider) {
        return (store, port, host) -> {
            SSLContext context = context(store, type, algorithm, provider);
            try (Socket plain = new Socket("127.0.0.1", port);
                    SSLSocket socket = (SSLSocket) context.getSocketFactory()
                            .createSocket(plain, host, port, true)) {
                socket.setSoTimeout(10_000);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
            }
        };
    }

    static void postgres(String host, int port, String more) throws Exception {
        DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port
                + "/postgres?user=postgres&sslmode=verify-full&connectTimeout=10&socketTimeout=10" + more).close();
    }

    /** pgjdbc with DefaultJavaSSLFactory: the store comes from javax.net.ssl.trustStore, as at start-up. */
    static Connect jvm(String type) {
        return (store, port, host) -> {
            Path file = Path.of(store + "." + type);
            if (!Files.exists(file)) {
                Files.write(file, written(store, type));
            }
            System.setProperty("javax.net.ssl.trustStore", file.toString());
            System.setProperty("javax.net.ssl.trustStorePassword", new String(PASSWORD));
            System.setProperty("javax.net.ssl.trustStoreType", type);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            SSLContext.setDefault(context);
            postgres(host, port, "&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory");
        };
    }

    static Connect client(String name, String type) throws Exception {
        switch (name) {
            case "pkix": return socket(type, "PKIX", null);
            case "sunx509": return socket(type, "SunX509", null);
            case "bc":
                for (String one : new String[] {
                        "org.bouncycastle.jsse.provider.BouncyCastleJsseProvider",
                        "org.bouncycastle.jce.provider.BouncyCastleProvider"}) {
                    Security.insertProviderAt((Provider) Class.forName(one).getConstructor().newInstance(), 1);
                }
                return socket(type, "PKIX", "BCJSSE");
            case "pgjdbc": return (store, port, host) -> postgres(host, port, "&sslrootcert=" + store);
            case "jvm": return jvm(type);
            default: throw new IllegalArgumentException(name);
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("version")) {
            System.out.println(System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
            return;
        }
        Connect connect = client(arguments[0], arguments[1]);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split("\t");
            try {
                connect.to(words[0], Integer.parseInt(words[1]), words[2]);
                System.out.println("+");
            } catch (Exception error) {
                StringBuilder said = new StringBuilder("-\t");
                for (Throwable one = error; one != null; one = one.getCause()) {
                    said.append(one.toString().replaceAll("\\s+", " ")).append(" <- ");
                }
                System.out.println(said);
            }
        }
    }
}
