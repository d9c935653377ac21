package org.millrace.source.opcua;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates with any validity, signed by themselves or by an authority, and revocation lists. */
final class TestCertificates {
    static final String SERVER_URI = "urn:test:server";

    record Keyed(KeyPair keys, X509Certificate certificate) {
        String pem() {
            return block("CERTIFICATE", encoded())
                    + block("PRIVATE KEY", keys.getPrivate().getEncoded());
        }

        private byte[] encoded() {
            try {
                return certificate.getEncoded();
            } catch (java.security.cert.CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String block(String name, byte[] bytes) {
            return "-----BEGIN " + name + "-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + name
                    + "-----\n";
        }
    }

    private static final AtomicLong SERIAL = new AtomicLong(1);

    /** Making a key takes its time: for tests that do not care which certificate it is. */
    static final Keyed SHARED = shared();

    private static Keyed shared() {
        try {
            return server();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private TestCertificates() {}

    static Keyed server(Instant from, Instant to) throws Exception {
        return make("CN=Test server", null, from, to, "127.0.0.1");
    }

    static Keyed server() throws Exception {
        Instant now = Instant.now();
        return server(now.minusSeconds(3600), now.plusSeconds(400 * 86_400L));
    }

    static Keyed serverFor(String host) throws Exception {
        Instant now = Instant.now();
        return make("CN=Test server", null, now.minusSeconds(3600), now.plusSeconds(400 * 86_400L), host);
    }

    static Keyed issued(Keyed authority) throws Exception {
        Instant now = Instant.now();
        return make("CN=Test server", authority, now.minusSeconds(3600), now.plusSeconds(400 * 86_400L), "127.0.0.1");
    }

    static Keyed user() throws Exception {
        Instant now = Instant.now();
        return make("CN=operator", null, now.minusSeconds(3600), now.plusSeconds(86_400L), "127.0.0.1");
    }

    static Keyed authority() throws Exception {
        KeyPair keys = keys();
        Instant now = Instant.now();
        X500Name name = new X500Name("CN=Plant authority");
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(SERIAL.incrementAndGet()),
                Date.from(now.minusSeconds(3600)),
                Date.from(now.plusSeconds(86_400L * 800)),
                name,
                keys.getPublic());
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(keys.getPublic()));
        return new Keyed(
                keys,
                new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))));
    }

    /** A list that revokes the given ones. */
    static X509CRL revocations(Keyed authority, X509Certificate... revoked) throws Exception {
        Instant now = Instant.now();
        JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(
                authority.certificate().getSubjectX500Principal(), Date.from(now.minusSeconds(60)));
        builder.setNextUpdate(Date.from(now.plusSeconds(86_400)));
        for (X509Certificate certificate : revoked) {
            builder.addCRLEntry(
                    certificate.getSerialNumber(), Date.from(now.minusSeconds(30)), CRLReason.keyCompromise);
        }
        return new JcaX509CRLConverter()
                .getCRL(builder.build(new JcaContentSignerBuilder("SHA256withRSA")
                        .build(authority.keys().getPrivate())));
    }

    private static Keyed make(
            String subject, @org.jspecify.annotations.Nullable Keyed issuer, Instant from, Instant to, String host)
            throws Exception {
        KeyPair keys = keys();
        X500Name name = new X500Name(subject);
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                issuer == null
                        ? name
                        : X500Name.getInstance(
                                issuer.certificate().getSubjectX500Principal().getEncoded()),
                BigInteger.valueOf(SERIAL.incrementAndGet()),
                Date.from(from),
                Date.from(to),
                name,
                keys.getPublic());
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(KeyUsage.digitalSignature
                        | KeyUsage.nonRepudiation
                        | KeyUsage.keyEncipherment
                        | KeyUsage.dataEncipherment
                        | (issuer == null ? KeyUsage.keyCertSign : 0)));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
        }));
        boolean address = host.matches("[0-9.]+");
        builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.uniformResourceIdentifier, SERVER_URI),
            new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host)
        }));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(keys.getPublic()));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                extensions.createAuthorityKeyIdentifier(
                        issuer == null ? keys.getPublic() : issuer.certificate().getPublicKey()));
        var signer = new JcaContentSignerBuilder("SHA256withRSA")
                .build(issuer == null ? keys.getPrivate() : issuer.keys().getPrivate());
        return new Keyed(keys, new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }
}
