import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Opens every entry of many stores with its password, keys included: one line for each store.
 *
 * A job is a line on standard input of five fields, separated by tabs: the class of a provider, or - for
 * the JDK's own; the type; the password of the store; those of its keys, separated by commas, of which
 * the first that fits is taken; the path. Passwords are the hexadecimal digits of their UTF-16BE, - for
 * none.
 *
 * An entry is its alias, "cert" or "key", its date, the SHA-256 of each certificate, and for a key its
 * algorithm, its format and the SHA-256 of its encoding, or what refused it. Entries are separated by
 * tabs, their fields by blanks. A store that is refused is "error" and why.
 */
public class KeyLoader {
    /** Most often it fits the next key as well; a password that does not fit takes as long to try. */
    private static String lastThatFitted = "";

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String job = jobs.readLine(); job != null; job = jobs.readLine()) {
            String answer;
            try {
                answer = answer(job.split("\t", 5));
            } catch (Throwable refusal) {
                answer = "error " + refusal;
            }
            out.println(answer.replaceAll("[\r\n]+", " "));
        }
        out.flush();
    }

    private static String answer(String[] fields) throws Exception {
        KeyStore store = store(fields[0], fields[1]);
        store.load(new ByteArrayInputStream(Files.readAllBytes(Paths.get(fields[4]))), characters(fields[2]));
        StringBuilder text = new StringBuilder();
        for (String alias : Collections.list(store.aliases())) {
            text.append(text.length() == 0 ? "" : "\t").append("a").append(hexadecimal(alias.getBytes("UTF-16BE")));
            text.append(store.isCertificateEntry(alias) ? " cert" : store.isKeyEntry(alias) ? " key" : " none");
            text.append(" ").append(store.getCreationDate(alias) == null ? "-" : store.getCreationDate(alias).getTime());
            Certificate[] chain = store.getCertificateChain(alias);
            if (store.isCertificateEntry(alias)) {
                chain = new Certificate[] {store.getCertificate(alias)};
            }
            for (int i = 0; chain != null && i < chain.length; i++) {
                text.append(" ").append(digest(chain[i].getEncoded()));
            }
            if (store.isKeyEntry(alias)) {
                text.append(" ").append(key(store, alias, fields[3].split(",")));
            }
        }
        return text.toString();
    }

    private static KeyStore store(String provider, String type) throws Exception {
        if (provider.equals("-")) {
            return KeyStore.getInstance(type);
        }
        return KeyStore.getInstance(type, (Provider) Class.forName(provider).getDeclaredConstructor().newInstance());
    }

    private static String key(KeyStore store, String alias, String[] passwords) {
        String refusal = "";
        List<String> tried = new ArrayList<>(List.of(passwords));
        if (tried.remove(lastThatFitted)) {
            tried.add(0, lastThatFitted);
        }
        for (String password : tried) {
            try {
                Key key = store.getKey(alias, characters(password));
                lastThatFitted = password;
                return key.getAlgorithm() + " " + key.getFormat() + " " + digest(key.getEncoded());
            } catch (Exception refused) {
                refusal = "refused:" + refused.toString().replaceAll("\\s", "_");
            }
        }
        return refusal;
    }

    private static String digest(byte[] data) throws Exception {
        return hexadecimal(MessageDigest.getInstance("SHA-256").digest(data));
    }

    private static String hexadecimal(byte[] data) {
        StringBuilder text = new StringBuilder();
        for (byte octet : data) {
            text.append(String.format("%02x", octet));
        }
        return text.toString();
    }

    private static char[] characters(String hexadecimal) {
        if (hexadecimal.equals("-")) {
            return null;
        }
        char[] characters = new char[hexadecimal.length() / 4];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = (char) Integer.parseInt(hexadecimal.substring(4 * i, 4 * i + 4), 16);
        }
        return characters;
    }
}
