// A vCenter to test against: the simulator of govmomi with a certificate of its own.
//
// Arguments: directory into which cert.pem is written, address to listen on, names and addresses in the certificate
// (with commas between them), user, password, and the number of VMs a resource pool.
// The address is printed once it answers; the server ends with its standard input.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/vmware/govmomi/simulator"
)

func main() {
	directory, listen, names, user, password := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	machines, err := strconv.Atoi(os.Args[6])
	check(err)

	model := simulator.VPX()
	model.ServiceContent.About.ApiVersion = "8.0.2.0" // of the shorter names, pyVmomi makes older types
	model.ServiceContent.About.Version = "8.0.2"
	model.ServiceContent.About.FullName = "VMware vCenter Server 8.0.2 (simulated)"
	model.Datastore = 3
	model.Machine = machines
	check(model.Create())
	equip()

	certificate := selfSigned(filepath.Join(directory, "cert.pem"), strings.Split(names, ","))
	model.Service.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	model.Service.Listen = &url.URL{Host: listen, User: url.UserPassword(user, password)}
	server := model.Service.NewServer()
	fmt.Println(server.URL.Host)
	_, _ = io.Copy(io.Discard, os.Stdin)
	server.Close()
	model.Remove()
}

func selfSigned(path string, names []string) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(time.Now().UnixNano()),
		Subject:               pkix.Name{CommonName: "vcsim"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	for _, name := range names {
		if address := net.ParseIP(name); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(err)
	check(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
