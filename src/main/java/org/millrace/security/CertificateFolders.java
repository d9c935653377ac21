package org.millrace.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CRL;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.millrace.security.KnownCertificate.Place;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of one application in folders, in the layout OPC UA products share:
 *
 * <pre>
 * own/                       application.p12 (key and certificate), application.der (to give to servers)
 * trusted/certs trusted/crl  who may be connected; revocation lists of trusted authorities
 * issuers/certs issuers/crl  authorities that only complete chains
 * rejected/                  shown by a server and refused, at most 128
 * </pre>
 *
 * Files are DER or PEM, whatever their names. Only the owner may read the folders. Everything is read anew at each
 * question: a file that a person or {@code hub certificates} moves counts at once, on every file system. Thread-safe;
 * hub and command may work on it at the same time.
 */
public final class CertificateFolders {
    /** The outcome of moving a certificate. */
    public sealed interface Moved {
        record Done(KnownCertificate certificate) implements Moved {}

        /** @param why a sentence with what to do */
        record Refused(String why) implements Moved {}
    }

    private static final Logger log = LoggerFactory.getLogger(CertificateFolders.class);
    private static final int MAX_REJECTED = 128;
    private static final long MAX_BYTES = 1 << 20;
    private static final int MIN_THUMBPRINT = 6;
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    private final Path root;

    public CertificateFolders(Path root) {
        this.root = root;
    }

    /** The hub's folders for OPC UA in its data folder. */
    public static CertificateFolders opcUa(Path data) {
        return new CertificateFolders(data.resolve("pki").resolve("opcua"));
    }

    public Path root() {
        return root;
    }

    /** The folder of a place; it need not be there. */
    public Path folder(Place place) {
        return switch (place) {
            case OWN -> root.resolve("own");
            case TRUSTED -> root.resolve("trusted").resolve("certs");
            case ISSUER -> root.resolve("issuers").resolve("certs");
            case REJECTED -> root.resolve("rejected");
        };
    }

    /** Where revocation lists of a place are expected. */
    public Path revocations(Place place) {
        return folder(place).resolveSibling("crl");
    }

    /** Makes what is missing, readable by the owner alone. */
    public void create() throws IOException {
        for (Place place : Place.values()) {
            make(folder(place));
        }
        make(revocations(Place.TRUSTED));
        make(revocations(Place.ISSUER));
    }

    private void make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(root.toAbsolutePath().getParent());
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER));
        } else {
            Files.createDirectories(folder);
        }
    }

    /** Every certificate, by place, then by subject. */
    public List<KnownCertificate> list() {
        List<KnownCertificate> all = new ArrayList<>();
        for (Place place : Place.values()) {
            all.addAll(list(place).stream()
                    .sorted(Comparator.comparing(KnownCertificate::subject).thenComparing(KnownCertificate::thumbprint))
                    .toList());
        }
        return all;
    }

    public List<KnownCertificate> list(Place place) {
        List<KnownCertificate> found = new ArrayList<>();
        for (Path file : files(folder(place))) {
            if (place == Place.OWN && !file.toString().endsWith(".der")) {
                continue; // the key store holds the same certificate
            }
            try (InputStream in = Files.newInputStream(file)) {
                found.add(new KnownCertificate(place, file, (X509Certificate) x509().generateCertificate(in)));
            } catch (IOException | CertificateException e) {
                log.warn("{} is not a certificate and is left out: {}", file, e.getMessage());
            }
        }
        return found;
    }

    /** Trusted certificates, or those that only complete chains. */
    public List<X509Certificate> certificates(Place place) {
        return list(place).stream().map(KnownCertificate::certificate).toList();
    }

    /** The revocation lists of a place. */
    public List<X509CRL> crls(Place place) {
        List<X509CRL> found = new ArrayList<>();
        for (Path file : files(revocations(place))) {
            try (InputStream in = Files.newInputStream(file)) {
                for (CRL crl : x509().generateCRLs(in)) {
                    found.add((X509CRL) crl);
                }
            } catch (IOException | java.security.cert.CRLException | CertificateException e) {
                log.warn("{} is not a revocation list and is left out: {}", file, e.getMessage());
            }
        }
        return found;
    }

    /** Keeps a certificate that was refused, for a person to look at; the oldest make room. */
    public void keepRejected(X509Certificate certificate) {
        try {
            Path folder = folder(Place.REJECTED);
            make(folder);
            List<Path> oldest = new ArrayList<>(files(folder));
            oldest.sort(Comparator.comparing(CertificateFolders::modified));
            Path file = folder.resolve(name(certificate));
            if (!Files.exists(file)) {
                for (int i = 0; i <= oldest.size() - MAX_REJECTED; i++) {
                    Files.deleteIfExists(oldest.get(i));
                }
            }
            write(file, certificate);
        } catch (IOException e) {
            log.warn("cannot keep a rejected certificate in {}: {}", root, e.toString());
        }
    }

    /**
     * Trusts a certificate from now on.
     *
     * @param thumbprint of a rejected one or of an issuer, whole or its beginning
     */
    public Moved trust(String thumbprint) throws IOException {
        return move(thumbprint, List.of(Place.REJECTED, Place.ISSUER), Place.TRUSTED);
    }

    /** Lets a rejected certificate of an authority complete chains, no more. */
    public Moved trustAsIssuer(String thumbprint) throws IOException {
        return move(thumbprint, List.of(Place.REJECTED, Place.TRUSTED), Place.ISSUER);
    }

    /** Takes trust away. */
    public Moved reject(String thumbprint) throws IOException {
        return move(thumbprint, List.of(Place.TRUSTED, Place.ISSUER), Place.REJECTED);
    }

    private Moved move(String thumbprint, List<Place> from, Place to) throws IOException {
        String wanted = thumbprint.replaceAll("[\\s:]", "").toUpperCase(Locale.ROOT);
        if (wanted.length() < MIN_THUMBPRINT || !wanted.matches("[0-9A-F]+")) {
            return new Moved.Refused("'" + thumbprint + "' is not a thumbprint; write at least its first "
                    + MIN_THUMBPRINT + " hex digits");
        }
        List<KnownCertificate> found = from.stream()
                .flatMap(place -> list(place).stream())
                .filter(known -> known.thumbprint().startsWith(wanted))
                .toList();
        if (found.stream().map(KnownCertificate::thumbprint).distinct().count() > 1) {
            return new Moved.Refused(found.size() + " certificates begin with " + wanted + "; write more of it");
        }
        if (found.isEmpty()) {
            return list(to).stream()
                    .filter(known -> known.thumbprint().startsWith(wanted))
                    .findFirst()
                    .<Moved>map(Moved.Done::new)
                    .orElseGet(() -> new Moved.Refused("no certificate with thumbprint " + wanted + " in "
                            + String.join(
                                    " or ",
                                    from.stream().map(p -> folder(p).toString()).toList())
                            + "; hub certificates list shows what is there"));
        }
        create();
        KnownCertificate first = found.getFirst();
        Path file = folder(to).resolve(name(first.certificate()));
        write(file, first.certificate());
        for (KnownCertificate known : found) {
            Files.deleteIfExists(known.file());
        }
        return new Moved.Done(new KnownCertificate(to, file, first.certificate()));
    }

    /** Differs when a file was added, removed or written since. */
    public int state() {
        int state = 1;
        for (Path folder : List.of(
                folder(Place.OWN),
                folder(Place.TRUSTED),
                folder(Place.ISSUER),
                revocations(Place.TRUSTED),
                revocations(Place.ISSUER))) {
            for (Path file : files(folder)) {
                state = 31 * state + file.hashCode();
                state = 31 * state + modified(file).hashCode();
            }
        }
        return state;
    }

    private static void write(Path file, X509Certificate certificate) throws IOException {
        Path part = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".part");
        try {
            Files.write(part, certificate.getEncoded());
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException e) {
            log.debug("{} was there", file);
        } catch (CertificateEncodingException e) {
            throw new IOException(e);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static String name(X509Certificate certificate) {
        return KnownCertificate.thumbprint(certificate) + ".der";
    }

    /** Regular files by name; hidden ones (being written, or an operating system's) are left out. */
    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(CertificateFolders::small)
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            log.warn("cannot read {}: {}", folder, e.toString());
            return List.of();
        }
    }

    private static boolean small(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile() && attributes.size() <= MAX_BYTES;
        } catch (IOException e) {
            return false; // moved meanwhile
        }
    }

    private static Long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0L;
        }
    }

    private static CertificateFactory x509() throws CertificateException {
        return CertificateFactory.getInstance("X.509");
    }
}
