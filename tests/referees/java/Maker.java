import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.spec.PBEParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes many stores in one start: with keytool's own code, and with the API for what keytool refuses.
 *
 * A job is a line on standard input, its fields separated by tabs, of which those that begin with -D
 * set a system property for this job alone:
 *
 * keytool ARGUMENT...
 * api TYPE PATH PASSWORD ENTRY..., where an ENTRY is KIND,ALIAS,SOURCE,PASSWORD,ALGORITHM: a "cert" or a
 * "key" with its chain copied from the alias SOURCE of a PKCS12 store, which -Dsource names in the first
 * of these jobs, or a "secret" key of the algorithm SOURCE; passwords and aliases in the hexadecimal
 * digits of their UTF-16BE, - for none; ALGORITHM protects a PKCS12 key, - for the default.
 *
 * Prints "ok" or what went wrong for each job. Needs
 * --add-opens java.base/sun.security.tools.keytool=ALL-UNNAMED.
 */
public class Maker {
    private static KeyStore source;
    private static final char[] SOURCE_PASSWORD = "changeit".toCharArray();

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true));
        System.setOut(new PrintStream(said, true));
        // NOTE: the keytool of JDK 17 ends the JVM where it fails.
        Thread failed = new Thread(() -> out.println("exit: " + said.toString().replaceAll("\\s+", " ")));
        Runtime.getRuntime().addShutdownHook(failed);
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String job = jobs.readLine(); job != null; job = jobs.readLine()) {
            said.reset();
            System.setIn(new ByteArrayInputStream("stored\nstored\n".getBytes(StandardCharsets.US_ASCII)));
            List<String> fields = new ArrayList<>();
            List<String> properties = new ArrayList<>();
            for (String field : job.split("\t", -1)) {
                if (field.startsWith("-D")) {
                    String[] pair = field.substring(2).split("=", 2);
                    System.setProperty(pair[0], pair[1]);
                    properties.add(pair[0]);
                } else {
                    fields.add(field);
                }
            }
            String result;
            try {
                List<String> rest = fields.subList(1, fields.size());
                if (fields.get(0).equals("keytool")) {
                    keytool(rest.toArray(new String[0]), new PrintStream(said, true));
                } else {
                    api(rest);
                }
                result = "ok";
            } catch (InvocationTargetException failure) {
                result = failure.getCause() + " " + said;
            } catch (Exception failure) {
                result = failure + " " + said;
            }
            properties.forEach(System::clearProperty);
            out.println(result.replaceAll("\\s+", " "));
        }
        Runtime.getRuntime().removeShutdownHook(failed);
    }

    private static void keytool(String[] arguments, PrintStream out) throws Exception {
        Class<?> main = Class.forName("sun.security.tools.keytool.Main");
        Constructor<?> constructor = main.getDeclaredConstructor();
        constructor.setAccessible(true);
        Method run = main.getDeclaredMethod("run", String[].class, PrintStream.class);
        run.setAccessible(true);
        Object status = run.invoke(constructor.newInstance(), arguments, out);
        if (status != null && !status.equals(0)) {
            throw new Exception("keytool: " + status);
        }
    }

    private static void api(List<String> fields) throws Exception {
        if (source == null) {
            source = KeyStore.getInstance("PKCS12");
            try (FileInputStream in = new FileInputStream(System.getProperty("source"))) {
                source.load(in, SOURCE_PASSWORD);
            }
        }
        KeyStore store = KeyStore.getInstance(fields.get(0));
        store.load(null, null);
        for (String entry : fields.subList(3, fields.size())) {
            add(store, entry.split(",", -1));
        }
        try (FileOutputStream out = new FileOutputStream(fields.get(1))) {
            store.store(out, characters(fields.get(2)));
        }
    }

    private static void add(KeyStore store, String[] entry) throws Exception {
        String alias = new String(characters(entry[1]));
        char[] password = characters(entry[3]);
        if (entry[0].equals("cert")) {
            store.setCertificateEntry(alias, source.getCertificate(entry[2]));
            return;
        }
        if (entry[0].equals("secret")) {
            store.setKeyEntry(alias, new SecretKeySpec(new byte[24], entry[2]), password, null);
            return;
        }
        Key key = source.getKey(entry[2], SOURCE_PASSWORD);
        if (entry[4].equals("-")) {
            store.setKeyEntry(alias, key, password, source.getCertificateChain(entry[2]));
            return;
        }
        PBEParameterSpec parameters = new PBEParameterSpec("saltsalt".getBytes(StandardCharsets.US_ASCII), 1000);
        store.setEntry(
                alias,
                new KeyStore.PrivateKeyEntry((java.security.PrivateKey) key, source.getCertificateChain(entry[2])),
                new KeyStore.PasswordProtection(password, entry[4], parameters));
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
