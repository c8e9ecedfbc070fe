package doorflow_test

import "keyroster/providers/doorflow"

// smallState is an account of five people, three types and three credentials.
// Its people share parts of their addresses and references on purpose.
const smallState = `{
"people": [
 {"id":101,"first_name":"Avery","last_name":"Sample 1","enabled":true,"email":"avery@example.com","system_id":"S-1"},
 {"id":102,"first_name":"Blake","last_name":"Sample 2","enabled":true,"email":"Blake@example.com","system_id":"S-10"},
 {"id":103,"first_name":"Casey","last_name":"Sample 3","enabled":false,"email":"casey@example.com","system_id":"S-100"},
 {"id":104,"first_name":"Devon","last_name":"Sample 4","enabled":true,"email":"xavery@example.com","system_id":null},
 {"id":105,"first_name":"Emery","last_name":"Sample 5","enabled":true,"email":null,"system_id":null}
],
"credential_types": [
 {"id":31,"label":"Keypad PIN","slug":"pin","code":10},
 {"id":32,"label":"Proximity card","slug":"card","code":200},
 {"id":33,"label":"Mobile pass","slug":"mobile_pass","code":300},
 {"id":34,"label":"Long-range tag","slug":"tag","code":77}
],
"credentials": [
 {"id":"c11","credential_type_id":31,"person_id":101,"label":"Keypad PIN","value":"004821"},
 {"id":"c12","credential_type_id":32,"person_id":101,"label":"Proximity card","value":"04212345"},
 {"id":"c21","credential_type_id":31,"person_id":102,"label":"Keypad PIN","value":"5150"}
]}`

func doorflowColumn(name string) int { return doorflow.Schema.Index(name) }
