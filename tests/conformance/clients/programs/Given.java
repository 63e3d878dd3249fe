import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.sql.DriverManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Writes stores, and connects with stores as they lie on the disk. A line each, in tabs; a password "-" is null.
 *
 * write  PATH PASSWORD TYPE PEM   one entry a certificate, as this JDK writes it
 * tls    PATH PASSWORD PORT       JSSE with the host's name checked
 * pgjdbc PATH PASSWORD PORT       pgjdbc with DefaultJavaSSLFactory: the store as javax.net.ssl.trustStore
 * pem    PATH -        PORT       pgjdbc with sslrootcert
 *
 * Answers "+", or "-" and what was said.
 */
public class Given {
    static void write(String path, char[] password, String type, String pem) throws Exception {
        String protection = password == null ? "NONE" : "";
        System.setProperty("keystore.pkcs12.certProtectionAlgorithm", protection);
        System.setProperty("keystore.pkcs12.macAlgorithm", protection);
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        int number = 0;
        byte[] text = Files.readAllBytes(Path.of(pem));
        for (Certificate one : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(text))) {
            store.setCertificateEntry("entry " + number++, one);
        }
        try (OutputStream out = new FileOutputStream(path)) {
            store.store(out, password);
        }
    }

    static void tls(String path, char[] password, int port) throws Exception {
        KeyStore store = KeyStore.getInstance(new File(path), password);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        try (Socket plain = new Socket("127.0.0.1", port);
                SSLSocket socket = (SSLSocket) context.getSocketFactory()
                        .createSocket(plain, "localhost", port, true)) {
            socket.setSoTimeout(10_000);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
        }
    }

    static void pgjdbc(String path, String password, int port) throws Exception {
        System.setProperty("javax.net.ssl.trustStore", path);
        if (password.equals("-")) {
            System.clearProperty("javax.net.ssl.trustStorePassword");
        } else {
            System.setProperty("javax.net.ssl.trustStorePassword", password);
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, null, null);
        SSLContext.setDefault(context);
        postgres(port, "&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory");
    }

    static void postgres(int port, String more) throws Exception {
        DriverManager.getConnection("jdbc:postgresql://localhost:" + port
                + "/postgres?user=postgres&sslmode=verify-full&connectTimeout=10&socketTimeout=10" + more).close();
    }

    static void answer(String[] words) throws Exception {
        char[] password = words[2].equals("-") ? null : words[2].toCharArray();
        switch (words[0]) {
            case "write": write(words[1], password, words[3], words[4]); break;
            case "tls": tls(words[1], password, Integer.parseInt(words[3])); break;
            case "pgjdbc": pgjdbc(words[1], words[2], Integer.parseInt(words[3])); break;
            case "pem": postgres(Integer.parseInt(words[3]), "&sslrootcert=" + words[1]); break;
            default: throw new IllegalArgumentException(words[0]);
        }
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                answer(line.split("\t"));
                System.out.println("+");
            } catch (Exception error) {
                StringBuilder said = new StringBuilder("-");
                for (Throwable one = error; one != null; one = one.getCause()) {
                    said.append(" <- ").append(one.toString().replaceAll("\\s+", " "));
                }
                System.out.println(said);
            }
        }
    }
}
