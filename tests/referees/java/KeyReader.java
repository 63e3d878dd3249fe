import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.Key;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.Collections;

/**
 * Recovers every key of many stores, one line for each job.
 *
 * A job is a line on standard input, its fields separated by tabs: the type, the store's password, the
 * path, and the passwords to be tried for the keys, all passwords in the hexadecimal digits of their
 * UTF-16BE. Prints a space-separated list: for each key its alias (in those digits), a colon, its
 * algorithm, format and the SHA-256 of its encoding, or "locked" where no password opens it.
 */
public class KeyReader {
    public static void main(String[] arguments) throws Exception {
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String job = jobs.readLine(); job != null; job = jobs.readLine()) {
            String answer;
            try {
                answer = answer(job.split("\t"));
            } catch (Exception refusal) {
                answer = "error " + refusal.toString().replaceAll("\\s+", " ");
            }
            System.out.println(answer);
        }
    }

    private static String answer(String[] fields) throws Exception {
        KeyStore store = KeyStore.getInstance(fields[0]);
        store.load(new ByteArrayInputStream(Files.readAllBytes(Paths.get(fields[2]))), characters(fields[1]));
        StringBuilder text = new StringBuilder();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                text.append(digits(alias.getBytes(StandardCharsets.UTF_16BE))).append(':');
                text.append(key(store, alias, fields)).append(' ');
            }
        }
        return text.toString();
    }

    private static String key(KeyStore store, String alias, String[] fields) throws Exception {
        for (int i = 3; i < fields.length; i++) {
            try {
                Key key = store.getKey(alias, characters(fields[i]));
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
                return key.getAlgorithm() + "," + key.getFormat() + "," + digits(digest);
            } catch (java.security.UnrecoverableKeyException wrong) {
                continue;
            }
        }
        return "locked";
    }

    private static String digits(byte[] octets) {
        StringBuilder text = new StringBuilder();
        for (byte octet : octets) {
            text.append(String.format("%02x", octet));
        }
        return text.toString();
    }

    private static char[] characters(String digits) {
        if (digits.equals("-")) {
            return null;
        }
        char[] characters = new char[digits.length() / 4];
        for (int i = 0; i < characters.length; i++) {
            characters[i] = (char) Integer.parseInt(digits.substring(4 * i, 4 * i + 4), 16);
        }
        return characters;
    }
}
