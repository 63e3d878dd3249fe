import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Collections;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.util.PBKDF2Config;
import org.bouncycastle.crypto.util.PBKDFConfig;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jcajce.BCFKSLoadStoreParameter;
import org.bouncycastle.jcajce.BCFKSLoadStoreParameter.EncryptionAlgorithm;
import org.bouncycastle.jcajce.BCFKSLoadStoreParameter.MacAlgorithm;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * What BouncyCastle writes and reads.
 *
 * make FOLDER writes stores of every kind from FOLDER/root.der, leaf.der and leaf.p8 (EC), and
 * their names into FOLDER/stores.tsv. Then, as list FOLDER does alone, it lists each store named in FOLDER/stores.tsv (file, type, password), one entry a line:
 * file, alias, kind, date, SHA-256 of the certificate or of each one of the chain; aliases and
 * passwords are hexadecimal UTF-16, "-" is the null password. A store that BouncyCastle refuses
 * gives the line: file, refused, why.
 */
public class Bouncy {
    private static final String CHANGEIT = "changeit";
    private static final String ODD = "p\u00e4ss \u6f22 \ud83d\ude00";
    private static Certificate root;
    private static Certificate leaf;
    private static PrivateKey key;
    private static byte[] sealed;
    private static Path folder;
    private static StringBuilder stores = new StringBuilder();

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        folder = Path.of(arguments[1]);
        if (arguments[0].equals("make")) {
            make();
        }
        list();
    }

    private static void make() throws Exception {
        root = certificate("root.der");
        leaf = certificate("leaf.der");
        sealed = Files.readAllBytes(folder.resolve("leaf.p8"));
        key = KeyFactory.getInstance("EC", "BC").generatePrivate(new PKCS8EncodedKeySpec(sealed));
        old("bks-1.bks");
        plain("bks-2.bks", "BKS", CHANGEIT);
        plain("bks-odd-password.bks", "BKS", ODD);
        plain("bks-empty-password.bks", "BKS", "");
        plain("uber.ubr", "UBER", CHANGEIT);
        plain("uber-odd-password.ubr", "UBER", ODD);
        plain("uber-empty-password.ubr", "UBER", "");
        plain("bcfks-default.bcfks", "BCFKS", CHANGEIT);
        plain("bcfks-odd-password.bcfks", "BCFKS", ODD);
        plain("bcfks-empty-password.bcfks", "BCFKS", "");
        for (String type : new String[] {"BKS", "UBER", "BCFKS"}) {
            KeyStore none = KeyStore.getInstance(type, "BC");
            none.load(null, null);
            write("nothing-" + type.toLowerCase(), none, type, CHANGEIT);
        }
        PBKDFConfig pbkdf2 = new PBKDF2Config.Builder()
            .withIterationCount(2048).withPRF(PBKDF2Config.PRF_SHA512).build();
        PBKDFConfig sha3 = new PBKDF2Config.Builder()
            .withIterationCount(1000).withPRF(PBKDF2Config.PRF_SHA3_512).withSaltLength(32).build();
        PBKDFConfig scrypt = new ScryptConfig.Builder(1024, 4, 1).withSaltLength(20).build();
        tuned("bcfks-ccm.bcfks", EncryptionAlgorithm.AES256_CCM, MacAlgorithm.HmacSHA512, pbkdf2);
        tuned("bcfks-kwp.bcfks", EncryptionAlgorithm.AES256_KWP, MacAlgorithm.HmacSHA512, pbkdf2);
        tuned("bcfks-sha3.bcfks", EncryptionAlgorithm.AES256_CCM, MacAlgorithm.HmacSHA3_512, sha3);
        tuned("bcfks-scrypt.bcfks", EncryptionAlgorithm.AES256_CCM, MacAlgorithm.HmacSHA512, scrypt);
        tuned("bcfks-scrypt-kwp.bcfks", EncryptionAlgorithm.AES256_KWP, MacAlgorithm.HmacSHA3_512,
            scrypt);
        signed("bcfks-signed.bcfks");
        Files.writeString(folder.resolve("stores.tsv"), stores);
    }

    private static Certificate certificate(String name) throws Exception {
        try (InputStream in = new FileInputStream(folder.resolve(name).toFile())) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static void plain(String name, String type, String password) throws Exception {
        KeyStore store = KeyStore.getInstance(type, "BC");
        store.load(null, null);
        fill(store, type);
        write(name, store, type, password);
    }

    /** Version 1, which BouncyCastle reads as BKS, and writes if a property allows it. */
    private static void old(String name) throws Exception {
        System.setProperty("org.bouncycastle.bks.enable_v1", "true");
        KeyStore store = KeyStore.getInstance("BKS-V1", new BouncyCastleProvider());
        store.load(null, null);
        fill(store, "BKS");
        write(name, store, "BKS", CHANGEIT);
    }

    private static void fill(KeyStore store, String type) throws Exception {
        store.setCertificateEntry("root", root);
        store.setCertificateEntry("ROOT", leaf);
        store.setCertificateEntry("", root);
        store.setCertificateEntry("smile \ud83d\ude00", root);
        store.setCertificateEntry("nul\0nul", leaf);
        store.setCertificateEntry("\u00e9 \u6f22\u5b57\n", root);
        Certificate[] chain = {leaf, root};
        char[] own = "its own".toCharArray();
        store.setKeyEntry("server", key, own, chain);
        store.setKeyEntry("lonely", key, own, new Certificate[] {leaf});
        store.setKeyEntry("secret", new SecretKeySpec(new byte[32], "AES"), own, null);
        if (!type.equals("BCFKS")) {
            store.setKeyEntry("protected", sealed, chain);
            store.setKeyEntry("protected secret", new byte[] {1, 2, 3}, null);
        } else {
            byte[] info = {0x30, 0x0c, 0x30, 0x05, 0x06, 0x03, 0x2a, 3, 4, 4, 3, 1, 2, 3};
            store.setKeyEntry("protected", info, chain);
            store.setKeyEntry("protected secret", info, null);
        }
    }

    private static void tuned(String name, EncryptionAlgorithm cipher, MacAlgorithm mac,
            PBKDFConfig derivation) throws Exception {
        KeyStore store = KeyStore.getInstance("BCFKS", "BC");
        store.load(null, null);
        fill(store, "BCFKS");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(new BCFKSLoadStoreParameter.Builder(out, CHANGEIT.toCharArray())
            .withStoreEncryptionAlgorithm(cipher).withStoreMacAlgorithm(mac)
            .withStorePBKDFConfig(derivation).build());
        keep(name, out.toByteArray(), "BCFKS", CHANGEIT);
    }

    private static void signed(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("BCFKS", "BC");
        store.load(null, null);
        store.setCertificateEntry("root", root);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(new BCFKSLoadStoreParameter.Builder(out, key)
            .withStoreSignatureAlgorithm(BCFKSLoadStoreParameter.SignatureAlgorithm.SHA512withECDSA)
            .build());
        Files.write(folder.resolve(name), out.toByteArray());
    }

    private static void write(String name, KeyStore store, String type, String password)
            throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, password.toCharArray());
        keep(name, out.toByteArray(), type, password);
    }

    private static void keep(String name, byte[] data, String type, String password)
            throws Exception {
        Files.write(folder.resolve(name), data);
        stores.append(name).append('\t').append(type).append('\t').append(hex(password)).append('\n');
    }

    private static void list() throws Exception {
        for (String line : Files.readAllLines(folder.resolve("stores.tsv"))) {
            String[] fields = line.split("\t", -1);
            KeyStore store = KeyStore.getInstance(fields[1], "BC");
            try (InputStream in = new FileInputStream(folder.resolve(fields[0]).toFile())) {
                store.load(in, fields[2].equals("-") ? null : unhex(fields[2]));
            } catch (Exception | Error error) {
                System.out.println(fields[0] + "\trefused\t" + error.getClass().getSimpleName());
                continue;
            }
            List<String> aliases = Collections.list(store.aliases());
            Collections.sort(aliases);
            for (String alias : aliases) {
                System.out.println(fields[0] + "\t" + hex(alias) + "\t" + entry(store, alias));
            }
        }
    }

    private static String entry(KeyStore store, String alias) throws Exception {
        boolean trusted = store.isCertificateEntry(alias);
        StringBuilder out = new StringBuilder(trusted ? "certificate" : "key");
        out.append('\t').append(store.getCreationDate(alias).getTime());
        Certificate[] chain = store.getCertificateChain(alias);
        if (trusted) {
            chain = new Certificate[] {store.getCertificate(alias)};
        }
        for (Certificate one : chain == null ? new Certificate[0] : chain) {
            out.append('\t').append(String.format("%064x", new java.math.BigInteger(1,
                MessageDigest.getInstance("SHA-256").digest(one.getEncoded()))));
        }
        return out.toString();
    }

    private static String hex(String text) {
        StringBuilder out = new StringBuilder();
        for (char one : text.toCharArray()) {
            out.append(String.format("%04x", (int) one));
        }
        return out.toString();
    }

    private static char[] unhex(String hex) {
        char[] out = new char[hex.length() / 4];
        for (int i = 0; i < out.length; i++) {
            out[i] = (char) Integer.parseInt(hex.substring(4 * i, 4 * i + 4), 16);
        }
        return out;
    }
}
