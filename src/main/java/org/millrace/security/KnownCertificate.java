package org.millrace.security;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A certificate and where it lies.
 *
 * @param file the file it was read from
 */
public record KnownCertificate(Place place, Path file, X509Certificate certificate) {
    private static final int SAN_DNS = 2;
    private static final int SAN_URI = 6;
    private static final int SAN_IP = 7;

    /** What lying there means. */
    public enum Place {
        /** The hub's own. */
        OWN,
        /** Servers that may be connected, and authorities whose servers may be. */
        TRUSTED,
        /** Authorities that only complete a chain; their servers are not trusted for it. */
        ISSUER,
        /** Shown by a server and refused; waits for a person. */
        REJECTED
    }

    public String thumbprint() {
        return thumbprint(certificate);
    }

    public String subject() {
        return certificate.getSubjectX500Principal().getName();
    }

    public Instant validFrom() {
        return certificate.getNotBefore().toInstant();
    }

    public Instant validTo() {
        return certificate.getNotAfter().toInstant();
    }

    /** SHA-1 over the DER form in capitals, as OPC UA tools show it: it names a certificate, it does not protect one. */
    public static String thumbprint(X509Certificate certificate) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded());
            return HexFormat.of().formatHex(digest).toUpperCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The application URI in the certificate, OPC 10000-6 §6.2.2. */
    public static Optional<String> applicationUri(X509Certificate certificate) {
        return names(certificate, List.of(SAN_URI)).stream().findFirst();
    }

    /** Host names and addresses the certificate is for. */
    public static List<String> hosts(X509Certificate certificate) {
        return names(certificate, List.of(SAN_DNS, SAN_IP));
    }

    private static List<String> names(X509Certificate certificate, List<Integer> types) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.get(0) instanceof Integer type && types.contains(type))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
