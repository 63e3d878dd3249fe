import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Prints what java.security.KeyStore shows of many stores, one line of JSON for each job.
 *
 * A job is a line on standard input of three fields, separated by tabs: how, the password, the path.
 * How: a type of KeyStore.getInstance; "probe" for KeyStore.getInstance(File, char[]), by which
 * keytool recognises a file; "certificates" for CertificateFactory.generateCertificates; "each" for what
 * generateCertificate says to each of the byte arrays in the file, which have their length before
 * them; "anchors " and a type for what the PKIX trust manager takes from the store. The password is the hexadecimal
 * digits of its UTF-16BE, or - for none.
 */
public class Lister {
    private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.US_ASCII);

    public static void main(String[] arguments) throws Exception {
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String job = jobs.readLine(); job != null; job = jobs.readLine()) {
            String[] fields = job.split("\t", 3);
            String answer;
            try {
                answer = answer(fields[0], password(fields[1]), fields[2]);
            } catch (Throwable refusal) {
                answer = "{\"error\":" + quoted(refusal.toString()) + "}";
            }
            OUT.println(answer);
        }
        OUT.flush();
    }

    private static String answer(String how, char[] password, String path) throws Exception {
        if (how.equals("certificates")) {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            ByteArrayInputStream in = new ByteArrayInputStream(Files.readAllBytes(Paths.get(path)));
            return "{\"certificates\":" + digests(factory.generateCertificates(in).toArray()) + "}";
        }
        if (how.equals("each")) {
            return each(new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(Paths.get(path)))));
        }
        if (how.startsWith("anchors ")) {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(load(how.substring(8), password, path));
            TrustManager manager = factory.getTrustManagers()[0];
            return "{\"anchors\":" + digests(((X509TrustManager) manager).getAcceptedIssuers()) + "}";
        }
        long before = System.currentTimeMillis();
        KeyStore store = load(how, password, path);
        long after = System.currentTimeMillis();
        StringBuilder text = new StringBuilder("{\"type\":" + quoted(store.getType()));
        text.append(",\"loaded\":[" + before + "," + after + "],\"entries\":[");
        String comma = "";
        for (String alias : Collections.list(store.aliases())) {
            text.append(comma).append(entry(store, alias));
            comma = ",";
        }
        return text.append("]}").toString();
    }

    private static String each(DataInputStream in) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        StringBuilder text = new StringBuilder("{\"each\":[");
        String comma = "";
        while (in.available() > 0) {
            byte[] data = new byte[in.readInt()];
            in.readFully(data);
            text.append(comma);
            try {
                text.append(digests(new Object[] {factory.generateCertificate(new ByteArrayInputStream(data))}));
            } catch (Exception refusal) {
                text.append(quoted(refusal.toString()));
            }
            comma = ",";
        }
        return text.append("]}").toString();
    }

    private static KeyStore load(String how, char[] password, String path) throws Exception {
        if (how.equals("probe")) {
            return KeyStore.getInstance(new File(path), password);
        }
        KeyStore store = KeyStore.getInstance(how);
        store.load(new ByteArrayInputStream(Files.readAllBytes(Paths.get(path))), password);
        return store;
    }

    private static String entry(KeyStore store, String alias) throws Exception {
        String kind = "none";
        List<Certificate> chain = new ArrayList<>();
        if (store.isCertificateEntry(alias)) {
            kind = "trusted certificate";
            chain.add(store.getCertificate(alias));
        } else if (store.isKeyEntry(alias)) {
            boolean secret = store.entryInstanceOf(alias, KeyStore.SecretKeyEntry.class);
            kind = secret ? "secret key" : "private key";
            Certificate[] found = store.getCertificateChain(alias);
            if (found != null) {
                Collections.addAll(chain, found);
            }
        }
        Date date = store.getCreationDate(alias);
        return "{\"alias\":" + quoted(alias) + ",\"kind\":\"" + kind + "\",\"created_ms\":"
                + (date == null ? "null" : date.getTime()) + ",\"chain\":" + digests(chain.toArray()) + "}";
    }

    private static String digests(Object[] certificates) throws Exception {
        StringBuilder text = new StringBuilder("[");
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        String comma = "";
        for (Object one : certificates) {
            text.append(comma).append('"');
            for (byte octet : digest.digest(((Certificate) one).getEncoded())) {
                text.append(String.format("%02x", octet));
            }
            text.append('"');
            comma = ",";
        }
        return text.append(']').toString();
    }

    private static char[] password(String hexadecimal) {
        if (hexadecimal.equals("-")) {
            return null;
        }
        char[] password = new char[hexadecimal.length() / 4];
        for (int i = 0; i < password.length; i++) {
            password[i] = (char) Integer.parseInt(hexadecimal.substring(4 * i, 4 * i + 4), 16);
        }
        return password;
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char unit : text.toCharArray()) {
            if (unit < ' ' || unit > '~' || unit == '"' || unit == '\\') {
                out.append(String.format("\\u%04x", (int) unit));
            } else {
                out.append(unit);
            }
        }
        return out.append('"').toString();
    }
}
