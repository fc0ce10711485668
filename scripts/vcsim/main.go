// A vCenter to test against: the simulator of govmomi behind a certificate of one's own.
//
// Arguments: directory with cert.pem and key.pem, address to listen on, user, password, API version, and the number of VMs
// a resource pool. With a further argument it serves the inventory saved in that directory (govc object.save) instead.
// The URL is printed once it answers; the server ends with its standard input.
package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net/url"
	"os"
	"strconv"

	"github.com/vmware/govmomi/simulator"
)

func main() {
	certificates, listen, user, password, version := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	model := simulator.VPX()
	model.ServiceContent.About.ApiVersion = version
	machines, err := strconv.Atoi(os.Args[6])
	if err != nil {
		log.Fatal(err)
	}
	model.Machine = machines
	if len(os.Args) > 7 {
		err = model.Load(os.Args[7])
	} else {
		err = model.Create()
	}
	if err != nil {
		log.Fatal(err)
	}
	pair, err := tls.LoadX509KeyPair(certificates+"/cert.pem", certificates+"/key.pem")
	if err != nil {
		log.Fatal(err)
	}
	model.Service.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	model.Service.Listen = &url.URL{Host: listen, User: url.UserPassword(user, password)}
	server := model.Service.NewServer()
	fmt.Println(server.URL.Host)
	_, _ = io.Copy(io.Discard, os.Stdin)
	server.Close()
}
