package org.millrace.source.mqtt;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientSslConfigBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/** The PEM texts of a source's {@code tls} section as TLS settings. The host name is always checked. */
final class TlsFiles {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final char[] NO_PASSWORD = new char[0];

    private TlsFiles() {}

    /**
     * Read anew at every connection, so that a renewed certificate is taken up.
     *
     * @throws IllegalArgumentException when a text is not what it should be; it names the key and quotes nothing
     */
    static MqttClientSslConfig config(MqttSourceFile.Tls tls, UnaryOperator<String> secrets) {
        try {
            MqttClientSslConfigBuilder config = MqttClientSslConfig.builder();
            if (tls.ca().isPresent()) {
                config = config.trustManagerFactory(
                        trust(certificates("tls.ca", tls.ca().get().reveal(secrets))));
            }
            if (tls.certificate().isPresent() && tls.key().isPresent()) {
                List<Certificate> chain =
                        certificates("tls.certificate", tls.certificate().get().reveal(secrets));
                PrivateKey key = key(tls.key().get().reveal(secrets));
                config = config.keyManagerFactory(identity(chain, key));
            }
            return config.build();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("tls: the certificates do not work: " + e.getMessage(), e);
        }
    }

    private static TrustManagerFactory trust(List<Certificate> certificates)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("ca-" + i, certificates.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    private static KeyManagerFactory identity(List<Certificate> chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("hub", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory;
    }

    private static List<Certificate> certificates(String where, String pem) throws GeneralSecurityException {
        List<Certificate> found;
        try {
            found = new ArrayList<>(CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(where + " is not a certificate in PEM form");
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(where + " holds no certificate in PEM form");
        }
        return found;
    }

    private static PrivateKey key(String pem) throws GeneralSecurityException {
        Matcher matcher = KEY.matcher(pem);
        if (!matcher.find()) {
            throw new IllegalArgumentException(
                    "tls.key is not a private key in PKCS#8 PEM form without a password; make it"
                            + " with: openssl pkcs8 -topk8 -nocrypt -in old.key -out new.key");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
        for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException otherKind) {
                continue;
            }
        }
        throw new IllegalArgumentException("tls.key is neither an RSA, an EC nor an Ed25519 key");
    }
}
