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
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.util.Collections;

/**
 * Opens every private and secret key of many stores, and prints for each store one line: alias,
 * algorithm, SHA-256 of the encoded key and of each certificate of its chain, of all keys in order.
 *
 * A job is a line on standard input of four fields, separated by tabs: the type, the password, the
 * passwords of the keys, the path. Passwords are the hexadecimal digits of their UTF-16BE, - for none;
 * those of the keys are separated by commas and tried one after the other.
 */
public class Unlocker {
    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String job = jobs.readLine(); job != null; job = jobs.readLine()) {
            String answer;
            try {
                answer = answer(job.split("\t", 4));
            } catch (Throwable refusal) {
                answer = "error: " + refusal;
            }
            out.println(answer.replaceAll("\\s+", " "));
        }
        out.flush();
    }

    private static String answer(String[] fields) throws Exception {
        KeyStore store = KeyStore.getInstance(fields[0]);
        store.load(new ByteArrayInputStream(Files.readAllBytes(Paths.get(fields[3]))), characters(fields[1]));
        StringBuilder text = new StringBuilder("opened");
        for (String alias : Collections.list(store.aliases())) {
            if (!store.isKeyEntry(alias)) {
                continue;
            }
            Key key = open(store, alias, fields[2].split(","));
            text.append("; ").append(hexadecimal(alias.getBytes(StandardCharsets.UTF_16BE)));
            text.append(' ').append(key.getAlgorithm()).append(' ').append(digest(key.getEncoded()));
            Certificate[] chain = store.getCertificateChain(alias);
            for (int i = 0; chain != null && i < chain.length; i++) {
                text.append(' ').append(digest(chain[i].getEncoded()));
            }
        }
        return text.toString();
    }

    private static Key open(KeyStore store, String alias, String[] passwords) throws Exception {
        for (String password : passwords) {
            try {
                return store.getKey(alias, characters(password));
            } catch (UnrecoverableKeyException refused) {
                continue;
            }
        }
        throw new Exception("none of the passwords opens " + alias);
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
