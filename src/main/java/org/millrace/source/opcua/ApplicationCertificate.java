package org.millrace.source.opcua;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Period;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;
import org.millrace.security.CertificateFolders;
import org.millrace.security.KnownCertificate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's application instance certificate, OPC 10000-6 §6.2.2: self-signed, RSA 2048 (what every policy takes), valid
 * five years, with the application URI, host name and addresses of this machine. Made when it is first needed and kept
 * in {@code own/application.p12}; {@code own/application.der} is for the servers' trust lists. Read anew for each
 * connection, so that a renewed one is used without a restart.
 */
public record ApplicationCertificate(KeyPair keys, X509Certificate certificate, String uri) {
    private static final Logger log = LoggerFactory.getLogger(ApplicationCertificate.class);
    private static final Period VALIDITY = Period.ofYears(5);
    private static final int RSA_BITS = 2048;
    private static final String STORE = "application.p12";
    private static final String CERTIFICATE = "application.der";
    private static final String ALIAS = "application";
    /** PKCS #12 wants one; what protects the key is the file's permission, as it would any password beside it. */
    private static final char[] PASSWORD = "millrace".toCharArray();

    /** The one in the folders; made when there is none. */
    public static ApplicationCertificate of(CertificateFolders folders) throws IOException {
        Path store = store(folders);
        if (!Files.exists(store)) {
            make(folders, false);
        }
        ApplicationCertificate loaded = load(store);
        Path der = file(folders);
        if (!Files.exists(der)) {
            export(loaded.certificate(), der);
        }
        return loaded;
    }

    /** A new key and certificate; the old store is kept beside it. Servers must trust the new one. */
    public static ApplicationCertificate renew(CertificateFolders folders) throws IOException {
        make(folders, true);
        ApplicationCertificate loaded = load(store(folders));
        export(loaded.certificate(), file(folders));
        return loaded;
    }

    /** The certificate without its key, to be given to servers. */
    public static Path file(CertificateFolders folders) {
        return folders.folder(KnownCertificate.Place.OWN).resolve(CERTIFICATE);
    }

    private static Path store(CertificateFolders folders) {
        return folders.folder(KnownCertificate.Place.OWN).resolve(STORE);
    }

    private static ApplicationCertificate load(Path store) throws IOException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, PASSWORD);
            Certificate certificate = keys.getCertificate(ALIAS);
            if (!(keys.getKey(ALIAS, PASSWORD) instanceof PrivateKey key)
                    || !(certificate instanceof X509Certificate x509)) {
                throw new IOException(store + " holds no key '" + ALIAS + "'; move it away to have a new one made");
            }
            String uri = KnownCertificate.applicationUri(x509)
                    .orElseThrow(() -> new IOException(store + ": the certificate has no application URI"));
            return new ApplicationCertificate(new KeyPair(x509.getPublicKey(), key), x509, uri);
        } catch (GeneralSecurityException e) {
            throw new IOException(store + " is not a readable key store: " + e.getMessage(), e);
        }
    }

    private static void make(CertificateFolders folders, boolean replace) throws IOException {
        folders.create();
        Path store = store(folders);
        // in an owner-only folder, and created owner-only: the key is never readable for others
        Path part = Files.createTempFile(store.getParent(), ".", ".part");
        try (OutputStream out = Files.newOutputStream(part)) {
            KeyPair pair = SelfSignedCertificateGenerator.generateRsaKeyPair(RSA_BITS);
            X509Certificate certificate = certificate(pair);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, PASSWORD);
            keys.setKeyEntry(ALIAS, pair.getPrivate(), PASSWORD, new Certificate[] {certificate});
            keys.store(out, PASSWORD);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("cannot make an application certificate: " + e.getMessage(), e);
        }
        if (replace) {
            if (Files.exists(store)) {
                Files.move(store, store.resolveSibling("previous.p12"), StandardCopyOption.REPLACE_EXISTING);
            }
            Files.move(part, store, StandardCopyOption.ATOMIC_MOVE);
        } else {
            try {
                Files.createLink(store, part); // fails when another process was first; its one counts
            } catch (FileAlreadyExistsException e) {
                log.debug("{} was made meanwhile", store);
            } catch (UnsupportedOperationException e) {
                Files.move(part, store);
            }
            Files.deleteIfExists(part);
        }
        log.info("made an OPC UA application certificate in {}", store);
    }

    private static X509Certificate certificate(KeyPair pair) throws Exception {
        String host = host();
        SelfSignedCertificateBuilder builder = new SelfSignedCertificateBuilder(pair)
                .setCommonName("Millrace@" + host)
                .setOrganization("Millrace")
                .setApplicationUri("urn:" + host + ":millrace:hub")
                .setValidityPeriod(VALIDITY)
                .addDnsName(host);
        addresses().forEach(builder::addIpAddress);
        return builder.build();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static Set<String> addresses() {
        Set<String> addresses = new LinkedHashSet<>();
        try {
            for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                for (InetAddress address : Collections.list(network.getInetAddresses())) {
                    if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
                        addresses.add(address.getHostAddress().replaceFirst("%.*", "")); // fd00::1%eth0
                    }
                }
            }
        } catch (SocketException e) {
            log.debug("no addresses for the certificate", e);
        }
        return addresses;
    }

    private static void export(X509Certificate certificate, Path der) throws IOException {
        try {
            Files.write(der, certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    @Override
    public String toString() {
        return "ApplicationCertificate[" + uri + "]";
    }
}
